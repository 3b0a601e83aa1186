import type { RegisteredClient, TrustTier } from "@oauth-dcr/core/store";

const STATUSES: Readonly<Record<string, string>> = {
  pending: "not used yet",
  active: "active",
  awaiting_approval: "awaits approval",
  disabled: "disabled",
};

/** The status of a client in words. */
export function statusWords(status: string): string {
  return STATUSES[status] ?? status;
}

/** The status of a client, and whether its time is over. */
export function StatusBadge({ client, now }: { readonly client: RegisteredClient; readonly now: number }) {
  const { status, expiresAt } = client;
  const isOver = expiresAt !== undefined && expiresAt <= now;
  return (
    <>
      <span class={`badge status-${status.replaceAll("_", "-")}`}>{statusWords(status)}</span>
      {isOver && <span class="badge status-expired">expired</span>}
    </>
  );
}

/** How far a client is trusted. */
export function TierBadge({ tier }: { readonly tier: TrustTier }) {
  return <span class={`badge tier-${tier.replaceAll("_", "-")}`}>{words(tier)}</span>;
}

/** A name of the code, as words. */
export function words(name: string): string {
  return name.replaceAll("_", " ");
}
