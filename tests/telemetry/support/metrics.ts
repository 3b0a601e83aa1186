import type { ServerProcess } from "../../support/oauth-dcr-process.js";

/** Where a server says that its metrics are. */
export function metricsUrl(server: ServerProcess): string {
  const url = /metrics +(http:\S+)/.exec(server.stdout())?.[1];
  if (url === undefined) throw new Error(`no metrics: ${server.stdout()}`);
  return url;
}

let clients = 0;

/** Registers a client of its own, and answers the status. */
export async function register(
  { origin }: ServerProcess,
  metadata: object = {},
  address?: string,
): Promise<number> {
  clients += 1;
  const response = await fetch(`${origin}/register`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(address && { "x-forwarded-for": address }) },
    body: JSON.stringify({
      client_name: `Client ${clients}`,
      redirect_uris: ["http://127.0.0.1/callback"],
      token_endpoint_auth_method: "none",
      ...metadata,
    }),
  });
  await response.text();
  return response.status;
}
