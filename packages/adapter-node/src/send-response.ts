import type { EndpointAnswer } from "@oauth-dcr/core/http";
import type { NodeResponse } from "./node-message.js";

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
  res.statusCode = response.status;
  response.headers.forEach((value, name) => res.setHeader(name, value));
  res.end(await response.text());
}

/** Answers with a plain answer of core. */
export function sendAnswer({ status, headers, body }: EndpointAnswer, res: NodeResponse): void {
  res.statusCode = status;
  for (const name in headers) res.setHeader(name, headers[name] ?? "");
  res.end(body ?? "");
}
