import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** Stands between two processes and breaks their connections. */
export interface TcpRelay {
  readonly port: number;
  /** Resets every connection, in the middle of whatever it carries; new ones are taken. */
  reset(): void;
  /** Carries nothing more on the connections there are, as if the other machine had vanished; new ones are taken. */
  silence(): void;
  close(): void;
}

export async function tcpRelay(targetPort: number): Promise<TcpRelay> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: targetPort, host: "127.0.0.1", noDelay: true });
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on("error", () => undefined).on("close", () => (to.destroy(), pairs.delete(pair)));
      from.pipe(to);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  function reset(): void {
    for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  return {
    port: (server.address() as AddressInfo).port,
    reset,
    silence() {
      for (const [near, far] of pairs) {
        near.unpipe(far).pause();
        far.unpipe(near).pause();
      }
    },
    close() {
      server.close();
      reset();
    },
  };
}
