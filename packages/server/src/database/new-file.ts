import { randomUUID } from "node:crypto";
import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a file under a temporary name in its folder, and gives it its own name once it is whole and on the disk. What ends in
 * between, a kill included, leaves nothing under that name, and at most a file that ends with `.partial`.
 *
 * @throws Error where something has the name already: it is never replaced
 */
export async function makeNewFile<T>(file: string, write: (temporary: string) => Promise<T>): Promise<T> {
  if (existsSync(file))
    throw new Error(`${file} is there already, and is not replaced: name a path at which there is nothing`);
  const temporary = `${file}.${randomUUID()}.partial`;
  try {
    const written = await write(temporary);
    sync(temporary);
    linkSync(temporary, file);
    sync(dirname(file));
    return written;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/**
 * A folder or a device has no end to verify, and to open a pipe waits until somebody writes.
 *
 * @throws Error
 */
export function requireFile(path: string): void {
  if (!statSync(path).isFile()) throw new Error(`${path} is no file`);
}

function sync(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
