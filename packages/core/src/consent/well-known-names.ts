import { requireThat } from "../lib/misuse.js";
import { hostPattern } from "../uri/host-pattern.js";
import { reservedNames } from "../policy/reserved-names/reserved-names.js";

/** Names that people trust, each with the hosts of its owner: `{ Claude: ["claude.ai"] }`. */
export type WellKnownNames = Readonly<Record<string, readonly string[]>>;

/** Whether a name is, or looks like, a well-known one whose owner has none of these hosts. */
export type LookAlike = (name: string, hosts: readonly string[]) => boolean;

/** @throws MisuseError for a name without a letter or digit, and for what is no host */
export function lookAlikes(names: WellKnownNames): LookAlike {
  const owned = Object.entries(names).map(([name, hosts]) => {
    requireThat(Array.isArray(hosts), "ERR_OPTION", `wellKnownNames.${name}: must be a list of hosts`);
    return { isAlike: reservedNames([name]).isAlike, owns: hosts.map(hostPattern) };
  });
  // One matcher over all names: most names look like none of them, and then the owners do not matter.
  const isAnyAlike = owned.length > 0 ? reservedNames(Object.keys(names)).isAlike : () => false;
  return (name, hosts) =>
    isAnyAlike(name) &&
    owned.some(
      ({ isAlike, owns }) => isAlike(name) && !hosts.some((host) => owns.some((isOf) => isOf(host))),
    );
}
