import type { EndpointAnswer } from "@oauth-dcr/core/http";
import type { BodyReader } from "./body-reader.js";
import type { NodeResponse } from "./node-message.js";
import { restOfBody } from "./rest-of-body.js";

/**
 * Answers a request of Node.js, Express or Connect with a Web-standard response, such as `unknownClientPage` and
 * `clientAuthenticationResponse` of core make. Rejects when its body cannot be read.
 *
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { sendResponse } from "@oauth-dcr/node";
 *
 * createServer((_, response) => void sendResponse(new Response("gone", { status: 410 }), response));
 * ```
 */
export async function sendResponse(response: Response, res: NodeResponse): Promise<void> {
  sendAnswer(await answerOf(response), res);
}

/** A response as a plain answer. Rejects when its body cannot be read. */
export async function answerOf(response: Response): Promise<EndpointAnswer> {
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: response.body ? await response.text() : null,
  };
}

/** Answers with a plain answer of core. */
export function sendAnswer({ status, headers, body }: EndpointAnswer, res: NodeResponse): void {
  putHead({ status, headers }, res);
  res.end(body ?? "");
}

/**
 * Answers a request whose body was not read to its end. The next request would begin behind that, so this answer is the
 * last one on its connection. Node.js closes the connection as soon as such an answer ends, and a client that is still
 * sending would read a reset instead of the answer: so the answer ends when the body has, or when that takes too long.
 *
 * @see RFC 9112 section 9.6 https://www.rfc-editor.org/rfc/rfc9112#section-9.6
 */
export async function sendLastAnswer(
  answer: EndpointAnswer,
  rest: BodyReader,
  res: NodeResponse,
): Promise<void> {
  putHead(answer, res);
  res.setHeader("connection", "close");
  if (answer.body === null) {
    res.flushHeaders?.();
  } else {
    res.setHeader("content-length", String(new TextEncoder().encode(answer.body).byteLength));
    res.write(answer.body);
  }
  if (!(await restOfBody(rest))) res.once("close", () => rest.destroy());
  res.end("");
}

function putHead({ status, headers }: Omit<EndpointAnswer, "body">, res: NodeResponse): void {
  res.statusCode = status;
  for (const name in headers) res.setHeader(name, headers[name] ?? "");
}
