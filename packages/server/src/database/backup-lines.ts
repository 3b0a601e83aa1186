import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** The last line of a backup: how many lines came before, and their SHA-256 in hexadecimal, with their line ends. */
interface Seal {
  readonly lines: number;
  readonly sha256: string;
}

/** Writes lines to a new file, and behind them what shows later that none is missing or changed. */
export async function writeSealed<T>(file: string, lines: AsyncGenerator<string, T>): Promise<T> {
  const stream = createWriteStream(file, { flags: "wx", mode: 0o600 });
  const hash = createHash("sha256");
  let count = 0;
  try {
    for (;;) {
      const { done, value } = await lines.next();
      const seal: Seal = { lines: count, sha256: done ? hash.digest("hex") : "" };
      const text = `${done ? JSON.stringify(seal) : value}\n`;
      if (!stream.write(text)) await once(stream, "drain");
      if (done) {
        stream.end();
        await once(stream, "close");
        return value;
      }
      hash.update(text);
      count += 1;
    }
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

/**
 * The lines of such a file, without the last.
 *
 * @throws Error at the end, where a line is missing or changed
 */
export async function* readSealed(file: string): AsyncGenerator<string> {
  const lines = createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Infinity });
  const hash = createHash("sha256");
  let count = 0;
  let last: string | undefined;
  for await (const line of lines) {
    if (last !== undefined) {
      hash.update(`${last}\n`);
      count += 1;
      yield last;
    }
    last = line;
  }
  const seal: Seal = { lines: count, sha256: hash.digest("hex") };
  if (last !== JSON.stringify(seal))
    throw new Error(`the backup ${file} is damaged: a line is missing or was changed`);
}

/** Lines as they are, told by their number. */
export async function* counted<T>(
  lines: AsyncGenerator<string, T>,
  onProgress: (count: number) => void,
): AsyncGenerator<string, T> {
  for (let count = 0; ;) {
    const { done, value } = await lines.next();
    if (done) return value;
    yield value;
    onProgress((count += 1));
  }
}
