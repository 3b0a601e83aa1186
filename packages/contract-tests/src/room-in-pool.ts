import type { RegistrationStore } from "@oauth-dcr/core";
import { pending } from "./store-samples.js";

/** How many clients more a pool takes under that limit. Fills it. */
export async function roomIn(store: RegistrationStore, key: string, limit: number): Promise<number> {
  const quotas = [{ key, limit }];
  for (let room = 0; room <= limit; room++) {
    const probe = pending(`${key} ${room}`, { quotaKeys: [key] });
    if ((await store.createClient(probe, { quotas })).outcome !== "created") return room;
  }
  return Infinity;
}
