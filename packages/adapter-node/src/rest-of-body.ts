/// <reference types="node" />
import type { BodyReader } from "./body-reader.js";

/** What a client may still send after its answer, in how many pieces since the beginning, and for how long. */
const MOST_BYTES = 65_536;
const MOST_PIECES = 2_048;
const LONGEST_MILLISECONDS = 1_000;

/**
 * Reads on for a while where an answer was sent before the body had ended: many clients look at the answer only once they
 * have sent what they have at hand. Answers whether the body ended.
 */
export async function restOfBody(body: BodyReader): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), LONGEST_MILLISECONDS);
  });
  try {
    return await Promise.race([body.discard(MOST_BYTES, MOST_PIECES), late]);
  } finally {
    clearTimeout(timer);
  }
}
