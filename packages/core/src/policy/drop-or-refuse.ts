import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import { requireThat } from "../lib/misuse.js";
import { ACCEPT, type PolicyVerdict } from "./registration-policy.js";

/** What becomes of members that a policy does not want: left out of the record, or a reason to refuse it. */
export type DropOrRefuse = "drop" | "refuse";

export function requireDropOrRefuse(value: unknown, option: string): void {
  requireThat(
    value === "drop" || value === "refuse",
    "ERR_OPTION",
    `${option}: must be "drop" or "refuse", not ${JSON.stringify(value)}`,
  );
}

export function dropOrRefuse(
  metadata: ClientMetadata,
  unwanted: readonly string[],
  action: DropOrRefuse,
  reason: string,
): PolicyVerdict {
  const [member] = unwanted;
  if (member === undefined) return ACCEPT;
  if (action === "refuse") return { verdict: "refuse", member, reason };
  const kept = Object.entries(metadata).filter(([name]) => !unwanted.includes(name));
  return { verdict: "change", metadata: Object.fromEntries(kept) };
}
