import type { RegistrationDesk } from "../registration-desk.js";

type StatusDesk = Pick<RegistrationDesk, "store" | "clock" | "lifecycle">;

/**
 * Lets a client that a policy held do what it was registered for; its time until it must be used begins now. `false`
 * when no such client awaits approval. Rejects when the store cannot answer.
 */
export async function approveClient(clientId: string, desk: StatusDesk): Promise<boolean> {
  const expiresAt = desk.lifecycle.expiryWithoutUse(secondsOf(desk));
  const change = { from: ["awaiting_approval"], to: "pending", ...expiry(expiresAt) } as const;
  return (await desk.store.changeClientStatus(clientId, change)).outcome === "changed";
}

/**
 * Stops a client until it is enabled again; it does not expire meanwhile, so that registering the same metadata again
 * leads to the disabled client. `false` when there is none, it is disabled already, or it awaits approval: it can do nothing
 * then, and enabling it would be a way around the approval.
 */
export async function disableClient(clientId: string, { store }: StatusDesk): Promise<boolean> {
  const change = { from: ["pending", "active"], to: "disabled" } as const;
  return (await store.changeClientStatus(clientId, change)).outcome === "changed";
}

/**
 * Ends what `disableClient` did. A client that was used counts as used now; for another the time until it must be used
 * begins now, though it counts in no pool any more. `false` when no such client is disabled.
 */
export async function enableClient(clientId: string, desk: StatusDesk): Promise<boolean> {
  const client = await desk.store.findClient(clientId);
  if (!client) return false;
  const now = secondsOf(desk);
  const { lifecycle } = desk;
  // No use can be recorded while it is disabled.
  const wasUsed = client.lastUsedAt !== undefined;
  const expiresAt = wasUsed ? lifecycle.expiryAfterUse(client, now) : lifecycle.expiryWithoutUse(now);
  const change = {
    from: ["disabled"],
    to: wasUsed ? "active" : "pending",
    ...expiry(expiresAt),
  } as const;
  return (await desk.store.changeClientStatus(clientId, change)).outcome === "changed";
}

function secondsOf({ clock }: StatusDesk): number {
  return Math.floor(clock() / 1000);
}

function expiry(expiresAt: number | undefined): { readonly expiresAt?: number } {
  return expiresAt === undefined ? {} : { expiresAt };
}
