// What every server of the bench has in common: it listens, tells its port, and answers how much it has used.
import { monitorEventLoopDelay } from "node:perf_hooks";

const delay = monitorEventLoopDelay({ resolution: 1 });

/** Answers the questions of the process that measures. */
export function tellUsage(port) {
  delay.enable();
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send({
      cpuMicroseconds: user + system,
      rss: process.memoryUsage().rss,
      longestMs: delay.max / 1e6,
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

export async function textOf(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

export function answer(response, body) {
  response.writeHead(201, { "content-type": "application/json" });
  response.end(body);
}
