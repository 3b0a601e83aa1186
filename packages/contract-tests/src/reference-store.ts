import {
  trustTier,
  type ClientAdministration,
  type ClientCount,
  type ClientQuery,
  type InitialAccessToken,
} from "@oauth-dcr/core/store";
import type { RegisteredClient, RegistrationStore } from "@oauth-dcr/core";

/**
 * The store contract in as few words as it can be said: two lists, searched from end to end. It is what the model-based
 * test compares a store with, and shares no line with any of them.
 */
export function referenceStore(): RegistrationStore {
  let clients: readonly RegisteredClient[] = [];
  let tokens: readonly InitialAccessToken[] = [];

  const find = (clientId: string) => clients.find((client) => client.clientId === clientId);
  const others = (clientId: string) => clients.filter((client) => client.clientId !== clientId);
  const put = (client: RegisteredClient) => void (clients = [...others(client.clientId), client]);
  const isOver = ({ expiresAt = Infinity }: RegisteredClient, now: number) => expiresAt <= now;

  return {
    createClient(client, { spendInitialAccessToken: spent, quotas = [] } = {}) {
      if (find(client.clientId)) return { outcome: "duplicate_client_id" };
      const same = clients.find(
        ({ fingerprint }) => fingerprint !== undefined && fingerprint === client.fingerprint,
      );
      if (same) {
        const latest = Math.max(same.expiresAt ?? Infinity, client.expiresAt ?? Infinity);
        put(ending(same, latest === Infinity ? undefined : latest));
        return { outcome: "existing", client: ending(same, latest === Infinity ? undefined : latest) };
      }
      const good = tokens.some(
        ({ id, usesLeft, expiresAt, revokedAt }) =>
          id === spent?.id && usesLeft > 0 && expiresAt > spent.at && revokedAt === undefined,
      );
      if (spent && !good) return { outcome: "initial_access_token_spent" };
      for (const { key, limit } of quotas) {
        const taken = clients.filter(({ quotaKeys }) => quotaKeys?.includes(key)).length;
        if (taken >= limit) return { outcome: "quota_exceeded", key };
      }
      tokens = tokens.map((one) => (one.id === spent?.id ? { ...one, usesLeft: one.usesLeft - 1 } : one));
      put(client);
      return { outcome: "created" };
    },
    findClient: find,
    findClientByRegistrationAccessToken: (hash) =>
      clients.find((client) => client.registrationAccessTokenHash === hash),
    findClientByFingerprint: (fingerprint) => clients.find((client) => client.fingerprint === fingerprint),
    replaceClient(client, expectedVersion) {
      const current = find(client.clientId);
      if (!current) return { outcome: "not_found" };
      if (current.version !== expectedVersion) return { outcome: "conflict" };
      const kept = ["expiresAt", "lastUsedAt", "fingerprint", "quotaKeys", "administration"];
      const members = [
        ...Object.entries(client).filter(([name]) => !kept.includes(name)),
        ...Object.entries(current).filter(([name]) => kept.includes(name)),
      ];
      const status = client.status === "awaiting_approval" ? client.status : current.status;
      put({ ...(Object.fromEntries(members) as unknown as RegisteredClient), status });
      return { outcome: "replaced" };
    },
    deleteClient(clientId) {
      const outcome = find(clientId) ? "deleted" : "not_found";
      clients = others(clientId);
      return { outcome };
    },

    recordClientUse(clientId, { at, expiresAt }) {
      const client = find(clientId);
      if (!client) return { outcome: "not_found" };
      const isEnabled = client.status === "pending" || client.status === "active";
      if (!isEnabled || isOver(client, at)) return { outcome: "unusable" };
      if (client.lastUsedAt === undefined || client.lastUsedAt <= at) {
        const isShared = client.fingerprint !== undefined && client.expiresAt !== undefined;
        const end = isShared && expiresAt !== undefined ? Math.max(client.expiresAt, expiresAt) : expiresAt;
        put(ending({ ...uncounted(client), status: "active", lastUsedAt: at }, end));
      }
      return { outcome: "recorded" };
    },
    changeClientStatus(clientId, { from, expectedVersion, to, expiresAt, reason }) {
      const client = find(clientId);
      if (!client) return { outcome: "not_found" };
      const isExpected = expectedVersion === undefined || expectedVersion === client.version;
      if (!from.includes(client.status) || !isExpected) return { outcome: "conflict" };
      const counted = to === "active" || to === "disabled" ? uncounted(client) : client;
      const { statusReason: _, ...said } = client.administration ?? {};
      const changed = saying(counted, { ...said, ...(reason !== undefined && { statusReason: reason }) });
      put(ending({ ...changed, status: to, version: client.version + 1 }, expiresAt));
      return { outcome: "changed" };
    },
    changeClientAdministration(clientId, { expectedVersion, administration, expiresAt }) {
      const client = find(clientId);
      if (!client) return { outcome: "not_found" };
      if (expectedVersion !== undefined && expectedVersion !== client.version) return { outcome: "conflict" };
      const { statusReason } = client.administration ?? {};
      const said = { ...administration, ...(statusReason !== undefined && { statusReason }) };
      const changed = { ...saying(client, said), version: client.version + 1 };
      if (expiresAt === undefined) put(changed);
      else put(ending(changed, expiresAt === "never" ? undefined : expiresAt));
      return { outcome: "changed" };
    },
    findExpiredClients: (now, limit) =>
      clients
        .filter((client) => isOver(client, now))
        .sort((one, other) => (one.expiresAt ?? 0) - (other.expiresAt ?? 0))
        .slice(0, limit),
    deleteExpiredClients(clientIds, now) {
      const over = clients.filter((client) => clientIds.includes(client.clientId) && isOver(client, now));
      clients = clients.filter((client) => !over.includes(client));
      return over.map(({ clientId }) => clientId);
    },
    findClients(query, { after = "", limit }) {
      const found = clients
        .filter((client) => client.clientId > after && isMet(query, client))
        .sort((one, other) => (one.clientId < other.clientId ? -1 : 1));
      const page = found.slice(0, limit);
      return { clients: page, ...(found.length > limit && { next: page.at(-1)?.clientId ?? "" }) };
    },
    countClients(now) {
      const kinds = clients.map((client): Omit<ClientCount, "clients"> => ({
        source: client.origin.source,
        tier: trustTier(client),
        status: isOver(client, now) ? "expired" : client.status,
        ...ownerOf(client),
      }));
      const texts = kinds.map((kind) => JSON.stringify(kind));
      return [...new Set(texts)].map((text) => ({
        ...(JSON.parse(text) as Omit<ClientCount, "clients">),
        clients: texts.filter((other) => other === text).length,
      }));
    },

    createInitialAccessToken(token) {
      if (tokens.some(({ id }) => id === token.id)) throw new Error("the identifier is taken");
      tokens = [...tokens, token];
    },
    findInitialAccessToken: (id) => tokens.find((token) => token.id === id),
    listInitialAccessTokens: (after, limit) =>
      tokens
        .filter(({ id }) => id > after)
        .sort((one, other) => (one.id < other.id ? -1 : 1))
        .slice(0, limit),
    revokeInitialAccessToken(id, at) {
      if (!tokens.some((token) => token.id === id)) return { outcome: "not_found" };
      tokens = tokens.map((token) => (token.id === id ? { revokedAt: at, ...token } : token));
      return { outcome: "revoked" };
    },
  };
}

function ending(client: RegisteredClient, expiresAt: number | undefined): RegisteredClient {
  const { expiresAt: _, ...others } = client;
  return expiresAt === undefined ? others : { ...others, expiresAt };
}

function uncounted(client: RegisteredClient): RegisteredClient {
  const { quotaKeys: _, ...others } = client;
  return others;
}

/** The client with what the operator says, without the member where that is nothing. */
function saying(client: RegisteredClient, said: ClientAdministration): RegisteredClient {
  const { administration: _, ...others } = client;
  return Object.keys(said).length === 0 ? others : { ...others, administration: said };
}

function ownerOf({ administration, origin }: RegisteredClient): { owner?: string } {
  const owner = administration?.owner ?? origin.owner;
  return owner === undefined ? {} : { owner };
}

function isMet(query: ClientQuery, client: RegisteredClient): boolean {
  const { administration = {}, metadata, origin } = client;
  const urls = [
    ...(metadata.redirect_uris ?? []),
    ...(origin.source === "metadata_document" ? [client.clientId] : []),
  ].filter((uri) => uri.startsWith("https://"));
  const holds: Readonly<Record<keyof ClientQuery, boolean>> = {
    source: origin.source === query.source,
    tier: trustTier(client) === query.tier,
    status: client.status === query.status,
    owner: ownerOf(client).owner === query.owner,
    tag: administration.tags?.includes(query.tag ?? "") === true,
    host: urls.some((url) => new URL(url).hostname === query.host),
    text: metadata.client_name?.toLowerCase().startsWith(query.text?.toLowerCase() ?? "") === true,
    usedBefore: client.lastUsedAt !== undefined && client.lastUsedAt < (query.usedBefore ?? 0),
  };
  return Object.keys(query).every((name) => holds[name as keyof ClientQuery]);
}
