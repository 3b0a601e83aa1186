/// <reference types="node" />
// eslint-disable-next-line no-restricted-imports -- A type alone.
import type { IncomingMessage } from "node:http";

const WITHOUT_BODY = [204, 205, 304];

/**
 * The answer with a body that streams, and that breaks off with an error where the connection does. Throws at a status
 * that no `Response` can have.
 */
export function toWebResponse(message: IncomingMessage): Response {
  const status = message.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(message.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  if (!WITHOUT_BODY.includes(status)) return new Response(streamOf(message), { status, headers });
  message.destroy();
  return new Response(null, { status, headers });
}

/** Reads ahead by one chunk. `Readable.toWeb` reads ahead without a bound on bytes. */
function streamOf(message: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = message[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>;
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel() {
      message.destroy();
    },
  });
}
