import { BoundedMap } from "../lib/bounded-map.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { encodeBase64urlNoPadding } from "@oslojs/encoding";
import type { IdentifyClient } from "../client-credentials/client-identity.js";
import { needsClientSecret, type ClientSecretRecord } from "../client-credentials/client-secret.js";
import { Findings } from "../client-metadata/finding.js";
import type { Rule } from "../client-metadata/rules.js";
import { frozenCopy } from "../policy/frozen-copy.js";
import { tokenHash } from "../crypto/token-hash.js";
import type { Failure } from "../failure.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import { err, ok, type Awaitable, type Result } from "../lib/result.js";
import { hasExpired, isEnabled } from "../store/standing.js";
import type { RegistrationStore } from "../store/registration-store.js";
import type { RegisteredClient } from "../store/records.js";
import { clientIdSeal, type StatelessKey } from "./client-id-seal.js";
import { compactClient, expandedClient } from "./compact-client.js";

/** Options of `statelessStore`. */
export interface StatelessStoreOptions {
  /** The issuer of the server that this is for. */
  readonly issuer: string;
  /**
   * The first seals, all of them open. To rotate, put a new key behind the old one at every instance, then before it, and
   * take the old one away when what it sealed has expired: an instance that does not have a key yet calls its clients
   * unknown. To take a key away sooner ends every client of it.
   */
  readonly keys: readonly StatelessKey[];
  /** How long a client lives; no use renews it, and it registers anew then. */
  readonly ttlSeconds: number;
  /** Only clients of this epoch are known. Another number than before ends all of them. Default 0. */
  readonly epoch?: number;
  /** Whether a client is no longer to be known, from a list of yours. A rejection is a store that cannot answer. */
  readonly isRevoked?: (clientId: string) => Awaitable<boolean>;
  /** The longest identifier, in characters. A client that would need a longer one is refused. Default 1,500. */
  readonly maxClientIdLength?: number;
}

/** A store that keeps nothing: each client's identifier is its record. */
export interface StatelessStore extends RegistrationStore {
  /** The issuer that the identifiers are sealed for. */
  readonly issuer: string;
  /** Makes the identifier of a new client out of its record. */
  readonly identify: IdentifyClient;
}

/** How many opened identifiers are remembered: each costs its length twice, a few MB in all. */
const MAX_OPENED = 1000;

/** Random bits that tell one registration from another of the same metadata in the same second. */
const NONCE_BYTES = 12;

/**
 * Registration without storage: what was registered stands in the `client_id`, sealed, so that any number of instances with
 * the same keys know each other's clients. What cannot be had without storage is refused when the server is built, or answers
 * that there is no such client: management by clients, initial access tokens of our own, quotas, approval, disabling, new
 * secrets. A registration costs nothing to whoever asks for it and leaves nothing behind.
 *
 * @example
 * ```ts
 * import { statelessStore } from "@oauth-dcr/core/stateless";
 *
 * declare const secret: Uint8Array; // 32 random bytes from your secret manager
 *
 * const store = statelessStore({ issuer: "https://as.example", keys: [{ id: "1", secret }], ttlSeconds: 86_400 });
 * ```
 * @throws MisuseError for an option that is missing or makes no sense
 * @see RFC 7591 Appendix A.5 https://www.rfc-editor.org/rfc/rfc7591#appendix-A.5
 */
export function statelessStore(options: StatelessStoreOptions): StatelessStore {
  requireKnownOptions("statelessStore", options, [
    "issuer",
    "keys",
    "ttlSeconds",
    "epoch",
    "isRevoked",
    "maxClientIdLength",
  ] satisfies (keyof StatelessStoreOptions)[]);
  const { issuer, ttlSeconds, epoch = 0, isRevoked, maxClientIdLength = 1500 } = options;
  check(options);
  const seal = clientIdSeal(options.keys, issuer);
  // What a seal says never changes. Only whole seals are kept, so that made-up identifiers push nothing out.
  const opened = new BoundedMap<string, RegisteredClient>(MAX_OPENED);

  async function findClient(clientId: string): Promise<RegisteredClient | undefined> {
    const client = clientId.length <= maxClientIdLength ? read(clientId) : undefined;
    return client && !(await isRevoked?.(clientId)) ? client : undefined;
  }

  function read(clientId: string): RegisteredClient | undefined {
    const known = opened.get(clientId);
    if (known) return known;
    const content = seal.open(clientId);
    if (content?.["e"] !== epoch) return undefined;
    const client = { ...expandedClient(content), clientId };
    const whole = needsClientSecret(client.metadata)
      ? { ...client, ...secretRecord(seal.secretOf(clientId), client.expiresAt) }
      : client;
    // Shared by all who ask for it.
    const shared = frozenCopy(whole);
    opened.set(clientId, shared);
    return shared;
  }

  const identify: IdentifyClient = (client, randomBytes) => {
    if (client.status !== "pending") return refused("metadata.not_approvable");
    const nonce = new Uint8Array(NONCE_BYTES);
    randomBytes(nonce);
    const expiresAt = client.clientIdIssuedAt + ttlSeconds;
    const content = compactClient({ ...client, expiresAt });
    const clientId = seal.seal({ e: epoch, n: encodeBase64urlNoPadding(nonce), ...content });
    if (clientId.length > maxClientIdLength) {
      return refused("metadata.too_large");
    }
    if (!needsClientSecret(client.metadata)) return ok({ clientId });
    const value = seal.secretOf(clientId);
    return ok({ clientId, secret: { value, record: secretRecord(value, expiresAt) } });
  };

  return Object.freeze<StatelessStore>({
    issuer,
    identify,
    findClient,
    createClient({ clientId }) {
      // One of another making would be acknowledged, and never found.
      if (!seal.open(clientId))
        throw new Error("a stateless store keeps no client: give it to the registration as it is");
      return { outcome: "created" };
    },
    async recordClientUse(clientId, { at }) {
      const client = await findClient(clientId);
      if (!client) return { outcome: "not_found" };
      return { outcome: isEnabled(client) && !hasExpired(client, at) ? "recorded" : "unusable" };
    },
    findClientByRegistrationAccessToken: () => undefined,
    findClientByFingerprint: () => undefined,
    replaceClient: () => ({ outcome: "not_found" }),
    deleteClient: () => ({ outcome: "not_found" }),
    findClients: () => cannot("look for its clients"),
    changeClientStatus: () => ({ outcome: "not_found" }),
    changeClientAdministration: () => ({ outcome: "not_found" }),
    findExpiredClients: () => [],
    deleteExpiredClients: () => [],
    countClients: () => cannot("count its clients"),
    createInitialAccessToken: () => cannot("keep initial access tokens"),
    findInitialAccessToken: () => undefined,
    listInitialAccessTokens: () => [],
    revokeInitialAccessToken: () => ({ outcome: "not_found" }),
  });
}

/** A secret ends with its client. */
function secretRecord(secret: string, expiresAt = 0): ClientSecretRecord {
  return { clientSecretHash: tokenHash(secret), clientSecretExpiresAt: expiresAt };
}

function refused(rule: Rule): Result<never, Failure> {
  const findings = new Findings();
  findings.error("(body)", rule);
  return err({ kind: "refused_metadata", findings: findings.all });
}

function cannot(what: string): never {
  throw new Error(`a stateless store cannot ${what}`);
}

function check({
  issuer,
  keys,
  ttlSeconds,
  epoch = 0,
  isRevoked,
  maxClientIdLength = 1,
}: StatelessStoreOptions): void {
  const must = (holds: boolean, option: string, be: string) =>
    requireThat(holds, "ERR_OPTION", `statelessStore: ${option} must be ${be}`);
  must(typeof issuer === "string" && issuer !== "", "issuer", "that of the registration");
  const areKeys =
    Array.isArray(keys) &&
    keys.length > 0 &&
    keys.every(
      (key: Partial<StatelessKey> | undefined) =>
        /^[A-Za-z0-9]{1,8}$/.test(key?.id ?? "") &&
        key?.secret instanceof Uint8Array &&
        key.secret.length >= 32,
    );
  must(areKeys, "keys", "a list of { id, secret }: 1 to 8 letters and digits, and at least 32 bytes");
  must(new Set(keys.map(({ id }) => id)).size === keys.length, "keys", "of different ids");
  requirePositiveInteger(ttlSeconds, "ERR_OPTION", "statelessStore: ttlSeconds");
  must(Number.isSafeInteger(epoch) && epoch >= 0, "epoch", "a whole number, or 0");
  must(isRevoked === undefined || typeof isRevoked === "function", "isRevoked", "a function");
  requirePositiveInteger(maxClientIdLength, "ERR_OPTION", "statelessStore: maxClientIdLength");
}
