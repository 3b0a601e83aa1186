import type { RegisteredClient } from "../store/records.js";
import type { LifecycleConfig } from "./client-lifecycle.js";
import { isEnabled } from "../store/standing.js";

/** Counts a client that has expired as used, if it still has grants or tokens. Answers whether it has. */
export async function keepClientInUse(
  client: RegisteredClient,
  now: number,
  { store, lifecycle }: Pick<LifecycleConfig, "store" | "lifecycle">,
): Promise<boolean> {
  if (!isEnabled(client) || !(await lifecycle.isClientInUse?.(client))) return false;
  const expiresAt = lifecycle.expiryAfterUse(client, now);
  const change = { from: ["pending", "active"], to: "active" } as const;
  const { outcome } = await store.changeClientStatus(client.clientId, {
    ...change,
    ...(expiresAt !== undefined && { expiresAt }),
  });
  // An operator may have disabled it meanwhile.
  return outcome === "changed";
}
