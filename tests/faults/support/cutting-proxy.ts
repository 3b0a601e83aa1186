import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface CuttingProxy {
  readonly port: number;
  /** From now on no connection is let through whole, or every one. At first, every one. */
  cut(isCutting: boolean): void;
  /** How many connections were cut until now. */
  cuts(): number;
  close(): Promise<void>;
}

/**
 * Hands bytes on to a port of this machine, and resets each connection at a random byte, on its way there or back.
 *
 * @param random numbers from 0 to 1
 */
export async function cuttingProxy(
  to: number,
  { random, most }: { readonly random: () => number; readonly most: number },
): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let cuts = 0;
  let isCutting = false;

  const proxy = createServer((inner) => {
    const outer = connect(to, "127.0.0.1");
    let left = Math.ceil(random() * most);
    function reset(): void {
      cuts += 1;
      inner.resetAndDestroy();
      outer.resetAndDestroy();
    }
    function handOn(from: Socket, into: Socket): void {
      sockets.add(from);
      from.on("data", (chunk: Buffer) => {
        if (isCutting) left -= chunk.length;
        if (left > 0) return void into.write(chunk);
        from.pause();
        // What comes before that byte arrives.
        return void into.write(chunk.subarray(0, left), reset);
      });
      from.on("error", () => undefined).on("end", () => into.end());
      from.on("close", () => {
        sockets.delete(from);
        into.destroy();
      });
    }
    handOn(inner, outer);
    handOn(outer, inner);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    port: (proxy.address() as AddressInfo).port,
    cut: (from) => void (isCutting = from),
    cuts: () => cuts,
    async close() {
      proxy.close();
      for (const socket of sockets) socket.destroy();
      await once(proxy, "close");
    },
  };
}
