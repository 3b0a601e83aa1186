/// <reference types="node" />
// eslint-disable-next-line no-restricted-imports -- Only Node.js lets us give a question up.
import { Resolver } from "node:dns/promises";

/**
 * Asks name servers, and gives the question up with `signal`: `dns.lookup` would go on in one of the few threads that files and
 * other names wait for too.
 *
 * @param servers the name servers to ask; those of the system unless told
 */
export async function withResolver<T>(
  signal: AbortSignal,
  servers: readonly string[] | undefined,
  ask: (resolver: Resolver) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const resolver = new Resolver();
  if (servers) resolver.setServers(servers);
  const cancel = (): void => resolver.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    return await ask(resolver);
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}
