import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A directory of this test file's own, gone when its tests are over. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-store-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
