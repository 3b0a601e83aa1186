import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser as AnyBrowser, type Page } from "playwright-core";

const EXECUTABLE = "/usr/bin/chromium";

export interface Browser {
  readonly version: string;
  /** A new page at `url`, which ends with the browser. */
  readonly open: (url: string) => Promise<Page>;
  readonly close: () => Promise<void>;
}

const OPTIONS = {
  executablePath: EXECUTABLE,
  headless: true,
  chromiumSandbox: false,
  args: [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
  ],
};

/** The same Chromium without a profile, for contexts of several kinds. */
export async function launchChromium(): Promise<AnyBrowser> {
  return chromium.launch(OPTIONS);
}

/** Starts Debian's Chromium with a profile of its own, which reaches this machine alone. */
export async function startChromium(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), "oauth-dcr-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    ...OPTIONS,
  });
  return {
    version: context.browser()?.version() ?? "",
    async open(url) {
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
