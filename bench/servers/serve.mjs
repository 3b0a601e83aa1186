// What every server of the bench has in common: it listens, tells its port, and answers how much it has used.
import { monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 1;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

/** Answers the questions of the process that measures. */
export function tellUsage(port) {
  delay.enable();
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send({
      cpuMicroseconds: user + system,
      rss: process.memoryUsage().rss,
      longestMs: Math.max(0, delay.max / 1e6 - RESOLUTION_MS),
    });
    delay.reset();
  });
  process.on("disconnect", () => process.exit(0));
  process.send({ port });
}

export function listen(server) {
  server.listen(0, "127.0.0.1", () => tellUsage(server.address().port));
}

/** One that echoes what it parsed: what no registration can be faster than. */
export function echoed(text) {
  const metadata = JSON.parse(text);
  return JSON.stringify({ client_id: metadata.client_name, ...metadata });
}

/** Hands the whole body to `use`. By events: iterating over a request costs more than the rest of an echo. */
export function readText(request, use) {
  let text = "";
  request.setEncoding("utf8");
  request.on("data", (chunk) => (text += chunk));
  request.on("end", () => use(text));
}

export function answer(response, body) {
  response.statusCode = 201;
  response.setHeader("content-type", "application/json");
  response.end(body);
}
