import { withResolver } from "../with-resolver.js";

/**
 * All addresses of a name, asked of its name servers. It does not read the hosts file.
 *
 * @param servers the name servers to ask, for tests; those of the system unless told
 */
export async function resolveName(
  hostname: string,
  signal: AbortSignal,
  servers?: readonly string[],
): Promise<readonly string[]> {
  return withResolver(signal, servers, async (resolver) => {
    // A name with addresses of one family has an error for the other.
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const addresses = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    if (addresses.length === 0) throw new Error("The name has no address.", { cause: answers });
    return addresses;
  });
}
