/// <reference types="node" />
// eslint-disable-next-line no-restricted-imports -- Only Node.js lets us give a question up.
import { Resolver } from "node:dns/promises";

/**
 * All addresses of a name, asked of its name servers. The question ends with `signal`: `dns.lookup` would go on in one of the
 * few threads that files and other names wait for too. It does not read the hosts file.
 *
 * @param servers the name servers to ask, for tests; those of the system unless told
 */
export async function resolveName(
  hostname: string,
  signal: AbortSignal,
  servers?: readonly string[],
): Promise<readonly string[]> {
  signal.throwIfAborted();
  const resolver = new Resolver();
  if (servers) resolver.setServers(servers);
  const cancel = (): void => resolver.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    // A name with addresses of one family has an error for the other.
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const addresses = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    if (addresses.length === 0) throw new Error("The name has no address.", { cause: answers });
    return addresses;
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}
