import { requireThat } from "../lib/misuse.js";
import type { RegistrationStore } from "./registration-store.js";
import type { ClientStatus } from "./records.js";

/** The number of clients by status. A client that has expired counts as `expired` alone. */
export type ClientCounts = Readonly<Record<ClientStatus | "expired", number>>;

/** What clients can be counted by. */
export type ClientGroup = "source" | "tier" | "status" | "owner";

const GROUPS: readonly ClientGroup[] = ["source", "tier", "status", "owner"];

/** How many clients there are in each state; a state that none is in has 0. */
export async function countClients(store: RegistrationStore, now: number): Promise<ClientCounts> {
  const counts = { pending: 0, active: 0, awaiting_approval: 0, disabled: 0, expired: 0 };
  for (const { status, clients } of await store.countClients(now)) counts[status] += clients;
  return counts;
}

/**
 * How many clients are alike, by what they are asked for. A client without an owner counts under `""`.
 *
 * @throws MisuseError for a group that there is not
 */
export async function countClientsBy(
  group: ClientGroup,
  store: RegistrationStore,
  now: number,
): Promise<ReadonlyMap<string, number>> {
  requireThat(GROUPS.includes(group), "ERR_OPTION", `countClients: by must be one of ${GROUPS.join(", ")}`);
  const counts = new Map<string, number>();
  for (const count of await store.countClients(now)) {
    const value: string = count[group] ?? "";
    counts.set(value, (counts.get(value) ?? 0) + count.clients);
  }
  return counts;
}
