import type { Server } from "node:http";
import type { Socket } from "node:net";
import { addressKey } from "@oauth-dcr/core/http";
import type { ConnectionSettings } from "../settings/connection-settings.js";
import type { Settings } from "../settings/settings.js";

/**
 * Closes connections beyond the limits as they come. Those that stand are kept: a stranger's new connection ends nobody
 * else's. To be called before the server listens.
 */
export function limitConnections(
  server: Server,
  {
    maxConnections,
    maxConnectionsPerAddress,
    ipv6PrefixLength,
  }: ConnectionSettings & Pick<Settings, "ipv6PrefixLength">,
): void {
  server.maxConnections = maxConnections;
  const counts = new Map<string, number>();
  server.on("connection", (socket: Socket) => {
    const { remoteAddress } = socket;
    // One that was reset already has no address any more, and its requests would be counted against nobody. Node.js
    // remembers the answer.
    if (remoteAddress === undefined) {
      socket.destroy();
      return;
    }
    if (maxConnectionsPerAddress === undefined) return;
    const key = addressKey(remoteAddress, ipv6PrefixLength);
    const count = counts.get(key) ?? 0;
    if (count >= maxConnectionsPerAddress) {
      socket.destroy();
      return;
    }
    counts.set(key, count + 1);
    socket.once("close", () => {
      const left = (counts.get(key) ?? 0) - 1;
      if (left > 0) counts.set(key, left);
      else counts.delete(key);
    });
  });
}
