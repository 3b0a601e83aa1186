import type { ServerResponse } from "node:http";

const BODY = JSON.stringify({
  error: "temporarily_unavailable",
  error_description: "registration is not available at the moment",
});

/** What a client is told that may come again, as core tells it where the store is away, and the end of its connection. */
export function answerUnavailable(response: ServerResponse): void {
  response.statusCode = 503;
  response.setHeader("content-type", "application/json");
  response.setHeader("cache-control", "no-store");
  response.setHeader("retry-after", "5");
  response.setHeader("connection", "close");
  response.end(BODY);
}
