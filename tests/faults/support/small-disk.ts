import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, rmdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of its own, in memory, that is soon full. */
export interface SmallDisk {
  readonly directory: string;
  /** Gives back the bytes that were put aside. */
  free(): void;
  remove(): void;
}

/** Whether a test may mount a disk; says why if not. */
export const canMount = mountAndUnmount();

/** @param asideBytes what stands between a full disk and the size of it */
export function smallDisk(roomBytes: number, asideBytes: number): SmallDisk {
  const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-disk-"));
  const problem = mount(directory, roomBytes + asideBytes);
  if (problem !== undefined) throw new Error(problem);
  const aside = join(directory, "aside");
  writeFileSync(aside, Buffer.alloc(asideBytes));
  return {
    directory,
    free: () => rmSync(aside),
    remove() {
      // libsql keeps files open until its statements are garbage.
      spawnSync("umount", ["--lazy", directory]);
      rmdirSync(directory);
    },
  };
}

/** Answers what went wrong. */
function mount(directory: string, bytes: number): string | undefined {
  const args = ["-t", "tmpfs", "-o", `size=${Math.ceil(bytes / 1024)}k`, "tmpfs", directory];
  const { status, error, stderr } = spawnSync("mount", args, { encoding: "utf8" });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}

function mountAndUnmount(): boolean {
  const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-disk-"));
  const problem = mount(directory, 4096);
  if (problem === undefined) spawnSync("umount", [directory]);
  else console.log(`skipped: no small disk can be mounted (${problem})`);
  rmdirSync(directory);
  return problem === undefined;
}
