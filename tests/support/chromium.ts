import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

/** Debian's; `.ci/services` installs it. */
const EXECUTABLE = "/usr/bin/chromium";

export const hasChromium = existsSync(EXECUTABLE);
if (!hasChromium) console.log(`skipped: there is no ${EXECUTABLE}`);

/** A browser that talks to nobody by itself. */
export async function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
      ...["--disable-background-networking", "--disable-component-update"],
    ],
  });
}
