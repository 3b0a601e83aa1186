import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import type { AddressInfo } from "node:net";

/** An authorization server of another project, that runs on this machine. */
export interface RunningPeer {
  readonly issuer: string;
  readonly close: () => Promise<void>;
}

/** An authorization server of another project. */
export interface Peer {
  readonly name: string;
  /** The packages that it consists of. */
  readonly packages: readonly string[];
  /** How it is set up, for readers of the findings. */
  readonly setup: string;
  readonly start: () => Promise<RunningPeer>;
}

/** Serves on a free port of the loopback interface, what `listenerFor` makes for its origin. */
export async function serveOnLoopback(
  listenerFor: (origin: string) => RequestListener | Promise<RequestListener>,
  issuerOf: (origin: string) => string = (origin) => origin,
): Promise<RunningPeer> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.on("request", await listenerFor(origin));
  return {
    issuer: issuerOf(origin),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The installed version of a package. Not by `require`: its exports may hide its package.json. */
export function versionOf(name: string): string {
  const path = join(process.cwd(), "tests/node_modules", name, "package.json");
  return (JSON.parse(readFileSync(path, "utf8")) as { readonly version: string }).version;
}
