import { requireKnownOptions } from "../lib/known-options.js";
import type { Clock } from "../lib/clock.js";
import type { RegistrationStore } from "../store/registration-store.js";
import { requireThat } from "../lib/misuse.js";
import type { Awaitable } from "../lib/result.js";
import type { ClientAdministration, ProposalOrigin, RegisteredClient } from "../store/records.js";

/**
 * When clients end. It needs `recordClientUse` after each token that was issued, or clients end that are in use. Presets
 * bring one; `{}` stands for no expiry.
 */
export interface ClientLifecycleOptions {
  /** How long a client lives that nobody has used yet. Left out, it stays. */
  readonly unusedTtlSeconds?: number;
  /** How long a client lives after its last use. Left out, a client that was used stays. */
  readonly idleTtlSeconds?: number;
  /**
   * How old a client must be before it can end, whatever the two others say: it was registered to be used. Default
   * 3,600, which is an hour.
   */
  readonly minimumAgeSeconds?: number;
  /**
   * Whether a client that has expired still has grants or tokens of yours. Such a client counts as used. A rejection ends
   * the sweep, and the client stays.
   */
  readonly isClientInUse?: (client: RegisteredClient) => Awaitable<boolean>;
}

/** Times of some clients, instead of the general ones. */
export interface ClientTimes {
  /** How long such a client lives that nobody has used yet, in seconds. `null`: it stays. Default: the general time. */
  readonly unusedTtlSeconds?: number | null;
  /** How long such a client lives after its last use, in seconds. `null`: it stays. Default: the general time. */
  readonly idleTtlSeconds?: number | null;
}

/** What a client's times follow from. */
export interface TimedClient {
  readonly origin: ProposalOrigin;
  readonly administration?: ClientAdministration;
}

/** Which clients have times of their own. */
export interface TimesByClient {
  /** The times of a client, where the general ones are these. */
  readonly timesOf: (client: TimedClient, general: ClientLifecycleOptions) => ClientTimes;
  /** The shortest `idleTtlSeconds` of all. */
  readonly shortestIdleSeconds: number;
}

/** The lifecycle with its arithmetic. Instants are seconds since the epoch; a missing expiry is never. */
export interface ClientLifecycle {
  readonly isClientInUse?: (client: RegisteredClient) => Awaitable<boolean>;
  /** For how long one recorded use speaks for those after it. */
  readonly useResolutionSeconds: number;
  /** With an origin of a federation, its end. */
  expiryWithoutUse(issuedAt: number, client: TimedClient): number | undefined;
  expiryAfterUse(
    client: TimedClient & Pick<RegisteredClient, "clientIdIssuedAt">,
    at: number,
  ): number | undefined;
}

/** What changes the life of a client. */
export interface LifecycleConfig {
  readonly store: RegistrationStore;
  readonly lifecycle: ClientLifecycle;
  readonly clock: Clock;
}

const LONGEST_RESOLUTION_SECONDS = 3600;

/** @throws MisuseError for an option that makes no sense */
export function resolveClientLifecycle(
  options: ClientLifecycleOptions,
  byClient?: TimesByClient,
): ClientLifecycle {
  requireKnownOptions("lifecycle", options, [
    "unusedTtlSeconds",
    "idleTtlSeconds",
    "minimumAgeSeconds",
    "isClientInUse",
  ] satisfies (keyof ClientLifecycleOptions)[]);
  const { unusedTtlSeconds, idleTtlSeconds, minimumAgeSeconds = 3600, isClientInUse } = options;
  for (const [name, value] of Object.entries({ unusedTtlSeconds, idleTtlSeconds })) {
    const isTtl = value === undefined || (Number.isSafeInteger(value) && value > 0);
    requireThat(isTtl, "ERR_OPTION", `lifecycle.${name}: must be a positive whole number of seconds`);
  }
  requireThat(
    Number.isSafeInteger(minimumAgeSeconds) && minimumAgeSeconds >= 0,
    "ERR_OPTION",
    "lifecycle.minimumAgeSeconds: must be a whole number of seconds, or 0",
  );
  requireThat(
    isClientInUse === undefined || typeof isClientInUse === "function",
    "ERR_OPTION",
    "lifecycle.isClientInUse: must be a function that answers true or false",
  );
  const general = { ...options };
  const timesOf = (client: TimedClient): ClientTimes => byClient?.timesOf(client, general) ?? general;
  const shortestIdle = Math.min(idleTtlSeconds ?? Infinity, byClient?.shortestIdleSeconds ?? Infinity);
  return {
    // No grant keeps a registration alive whose trust chain has ended.
    ...(isClientInUse && {
      isClientInUse: (client: RegisteredClient) => !client.origin.federation && isClientInUse(client),
    }),
    useResolutionSeconds: Math.min(LONGEST_RESOLUTION_SECONDS, Math.floor(shortestIdle / 10)),
    expiryWithoutUse(issuedAt, client) {
      // What the operator created, the operator ends.
      if (client.origin.source === "operator") return undefined;
      const { unusedTtlSeconds: ttl } = timesOf(client);
      return (
        client.origin.federation?.endsAt ?? (ttl ? issuedAt + Math.max(ttl, minimumAgeSeconds) : undefined)
      );
    },
    expiryAfterUse(client, at) {
      const { clientIdIssuedAt, origin } = client;
      if (origin.source === "operator") return undefined;
      const { idleTtlSeconds: ttl } = timesOf(client);
      return (
        origin.federation?.endsAt ??
        (ttl ? Math.max(at + ttl, clientIdIssuedAt + minimumAgeSeconds) : undefined)
      );
    },
  };
}
