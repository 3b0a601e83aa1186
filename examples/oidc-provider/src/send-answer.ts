import type { ServerResponse } from "node:http";

/** Answers a request of Express with a Web-standard response, such as the desk's pages. */
export async function sendAnswer(answer: Response, res: ServerResponse): Promise<void> {
  res.statusCode = answer.status;
  res.setHeaders(answer.headers);
  res.end(await answer.text());
}
