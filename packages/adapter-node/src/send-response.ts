import type { NodeResponse } from "./node-message.js";

/**
 * Answers a request of Node.js, Express or Connect with a Web-standard response, such as `unknownClientPage` and
 * `clientAuthenticationResponse` of core make. Rejects when its body cannot be read.
 */
export async function sendResponse(response: Response, res: NodeResponse): Promise<void> {
  res.statusCode = response.status;
  response.headers.forEach((value, name) => res.setHeader(name, value));
  res.end(await response.text());
}
