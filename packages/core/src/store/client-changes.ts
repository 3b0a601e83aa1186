import { hasExpired, isEnabled } from "./standing.js";
import type { ClientAdministrationChange, ClientStatusChange, ClientUse } from "./registration-store.js";
import type { ClientAdministration, ClientStatus, RegisteredClient } from "./records.js";

/*
 * What each transition makes of a record, for a store to make atomic. A record that counts in no pool any more has no
 * `quotaKeys`: a store compares them before and after.
 */

/** The states in which a client counts in its pools. */
const COUNTED: readonly ClientStatus[] = ["pending", "awaiting_approval"];

/**
 * The client that a registration of the same fingerprint leads to: it ends no earlier than the new one would have.
 *
 * @example
 * ```ts
 * import { renewedClient, type RegisteredClient } from "@oauth-dcr/core/store";
 *
 * declare const current: RegisteredClient;
 *
 * const next = renewedClient(current, 1_900_000_000);
 * ```
 */
export function renewedClient(client: RegisteredClient, expiresAt: number | undefined): RegisteredClient {
  const isForEver = client.expiresAt === undefined || expiresAt === undefined;
  return withExpiry(client, isForEver ? undefined : Math.max(client.expiresAt, expiresAt));
}

/**
 * What an update makes of a client: its status, expiry, last use, fingerprint, pools and administration are not an update's
 * to change.
 *
 * @example
 * ```ts
 * import { replacedClient, type RegisteredClient } from "@oauth-dcr/core/store";
 *
 * declare const current: RegisteredClient;
 * declare const update: RegisteredClient;
 *
 * const next = replacedClient(current, update);
 * ```
 */
export function replacedClient(current: RegisteredClient, next: RegisteredClient): RegisteredClient {
  const { expiresAt, lastUsedAt, fingerprint, quotaKeys, administration } = current;
  const {
    expiresAt: _,
    lastUsedAt: __,
    fingerprint: ___,
    quotaKeys: ____,
    administration: _____,
    ...replaced
  } = next;
  return {
    ...replaced,
    status: next.status === "awaiting_approval" ? next.status : current.status,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(lastUsedAt !== undefined && { lastUsedAt }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(quotaKeys && { quotaKeys }),
    ...(administration && { administration }),
  };
}

/**
 * The client after a use; the same object when a later use was recorded already, `undefined` when it cannot be used. One
 * that several registered ends no earlier for it: the others have not used it yet.
 *
 * @example
 * ```ts
 * import { usedClient, type RegisteredClient } from "@oauth-dcr/core/store";
 *
 * declare const current: RegisteredClient;
 *
 * const next = usedClient(current, { at: 1_800_000_000 });
 * ```
 */
export function usedClient(
  client: RegisteredClient,
  { at, expiresAt }: ClientUse,
): RegisteredClient | undefined {
  if (hasExpired(client, at) || !isEnabled(client)) return undefined;
  const lastUsedAt = Math.max(client.lastUsedAt ?? at, at);
  if (client.status === "active" && lastUsedAt > at) return client;
  const { quotaKeys: _, ...used } = client;
  const isLonger = client.fingerprint !== undefined && (client.expiresAt ?? 0) > (expiresAt ?? Infinity);
  return withExpiry({ ...used, status: "active", lastUsedAt }, isLonger ? client.expiresAt : expiresAt);
}

/**
 * The client in another status; `undefined` when it is in none of those that it may be in, or has another version.
 *
 * @example
 * ```ts
 * import { clientWithStatus, type RegisteredClient } from "@oauth-dcr/core/store";
 *
 * declare const current: RegisteredClient;
 *
 * const next = clientWithStatus(current, { from: ["pending", "active"], to: "disabled" });
 * ```
 */
export function clientWithStatus(
  client: RegisteredClient,
  { from, expectedVersion = client.version, to, expiresAt, reason }: ClientStatusChange,
): RegisteredClient | undefined {
  if (!from.includes(client.status) || client.version !== expectedVersion) return undefined;
  const { quotaKeys, ...others } = client;
  const changed: RegisteredClient = {
    ...others,
    status: to,
    version: client.version + 1,
    ...(quotaKeys && COUNTED.includes(to) && { quotaKeys }),
  };
  return withExpiry(withAdministration(changed, client.administration, reason), expiresAt);
}

/**
 * The client after a change of what the operator says; `undefined` when it has another version than the expected one.
 *
 * @example
 * ```ts
 * import { administeredClient, type RegisteredClient } from "@oauth-dcr/core/store";
 *
 * declare const current: RegisteredClient;
 *
 * const next = administeredClient(current, { administration: { tier: "approved" } });
 * ```
 */
export function administeredClient(
  client: RegisteredClient,
  { expectedVersion = client.version, administration, expiresAt }: ClientAdministrationChange,
): RegisteredClient | undefined {
  if (client.version !== expectedVersion) return undefined;
  const said = { ...client, version: client.version + 1 };
  const changed = withAdministration(said, administration, client.administration?.statusReason);
  if (expiresAt === undefined) return changed;
  return withExpiry(changed, expiresAt === "never" ? undefined : expiresAt);
}

/** The client with what the operator says; without the member where that is nothing. */
function withAdministration(
  { administration: _, ...client }: RegisteredClient,
  said: ClientAdministration = {},
  statusReason: string | undefined,
): RegisteredClient {
  const { statusReason: __, ...others } = said;
  const entries = Object.entries({ ...others, statusReason }).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? client : { ...client, administration: Object.fromEntries(entries) };
}

function withExpiry(client: RegisteredClient, expiresAt: number | undefined): RegisteredClient {
  const { expiresAt: _, ...others } = client;
  return expiresAt === undefined ? others : { ...others, expiresAt };
}
