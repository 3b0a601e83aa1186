import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { PrometheusMetrics } from "./prometheus-meter.js";

/** The endpoint that Prometheus reads. */
export interface MetricsEndpoint {
  /** Such as `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
  readonly close: () => void;
}

/** It has no authentication, so that it is for this machine alone. */
const HOST = "127.0.0.1";
const PATH = "/metrics";
/** A Prometheus has one connection, and a person who looks a few. */
const MOST_CONNECTIONS = 16;

/**
 * Serves the metrics to Prometheus on a port of the loopback interface.
 *
 * @throws when the port is taken
 */
export async function serveMetrics(metrics: PrometheusMetrics, port: number): Promise<MetricsEndpoint> {
  const server = createServer(
    {
      requestTimeout: 10_000,
      headersTimeout: 5_000,
      keepAliveTimeout: 120_000,
      connectionsCheckingInterval: 2_000,
    },
    (request, response) => void answer(request, response, metrics),
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(130_000);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(new Error(`port ${port} of --metrics-port cannot be used (${cause.code})`, { cause })),
    );
    server.listen(port, HOST, resolve);
  });
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${actualPort}${PATH}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  metrics: PrometheusMetrics,
): Promise<void> {
  const { method = "", headers } = request;
  const isRead = method === "GET" || method === "HEAD";
  // Node.js would read a body to its end.
  const isLast =
    !isRead || headers["transfer-encoding"] !== undefined || headers["content-length"] !== undefined;
  const status = !isLocal(headers.host)
    ? 403
    : request.url?.split("?")[0] !== PATH
      ? 404
      : isRead
        ? 200
        : 405;
  const text = status === 200 ? await metrics.read() : `${TEXTS[status]}\n`;
  response.writeHead(status, {
    "content-type": status === 200 ? metrics.contentType : "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(status === 405 && { allow: "GET, HEAD" }),
    ...(isLast && { connection: "close" }),
  });
  response.end(method === "HEAD" ? undefined : text);
}

const TEXTS: Readonly<Record<number, string>> = {
  403: "This endpoint is for the names of the loopback interface.",
  404: `The metrics are at ${PATH}.`,
  405: "Use GET.",
};

/** A page whose name leads to 127.0.0.1 would make the browser of this machine read the metrics for it. */
function isLocal(host = ""): boolean {
  return /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/i.test(host);
}
