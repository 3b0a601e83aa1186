import type {
  ClientStatus,
  CreateClientGuards,
  DomainProof,
  InitialAccessToken,
} from "@oauth-dcr/core/store";
import type { RegisteredClient } from "@oauth-dcr/core";

export const PUBLIC_CLIENT: RegisteredClient = {
  clientId: "public-client",
  clientIdIssuedAt: 1_790_000_000,
  version: 1,
  status: "active",
  requirements: {},
  origin: { source: "open", policies: [] },
  metadata: {
    redirect_uris: ["http://127.0.0.1:3118/callback", "cursor://anysphere.cursor-mcp/oauth/callback"],
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
  },
};

/** A value of every kind that JSON has, and text that databases are known to trip over. */
export const EVERYTHING_CLIENT: RegisteredClient = {
  clientId: "client-with-everything",
  clientIdIssuedAt: 4_102_444_800,
  clientSecretHash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  clientSecretExpiresAt: 0,
  registrationAccessTokenHash: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
  version: 7,
  status: "awaiting_approval",
  expiresAt: 4_102_448_400,
  lastUsedAt: 1_790_003_600,
  fingerprint: "4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865",
  quotaKeys: ["address:2001:db8::/64", "initial_access_token:Ü’%_", "total"],
  requirements: { consent: true, pkce: true },
  previousClientSecret: {
    hash: "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9",
    expiresAt: 1_790_086_400,
  },
  origin: {
    source: "initial_access_token",
    initialAccessTokenId: "token",
    owner: "Blau „Team“",
    constraints: { scopes: ["openid"], redirectHosts: ["client.example"] },
    requiresSoftwareStatement: true,
    policies: ["every", "named"],
  },
  administration: {
    tier: "domain_verified",
    owner: "Rot „Team“",
    tags: ["env:prod", "a"],
    notes: "\u0000 \ud800 '",
    domains: [
      {
        domain: "client.example",
        method: "dns",
        verifiedAt: 1_790_000_000,
        seenAt: 1_790_003_600,
        checkedAt: 4_102_444_800,
        absences: 2,
      },
    ],
    statusReason: "looked at",
  },
  softwareStatement: "eyJhbGciOiJub25lIn0.e30.",
  metadata: {
    ...PUBLIC_CLIENT.metadata,
    client_name: "Ünïcode “client” 客户端 👩‍👩‍👧‍👦 \u0000 \ud800 \\ ' \" ; -- %_",
    "client_name#ja": "クライアント",
    "client_name#zh-Hant-HK": "客戶端",
    client_uri: "https://client.example/%E2%82%AC?q=a%27b#top",
    scope: "openid profile",
    contacts: [],
    jwks: {
      keys: [
        {
          kty: "EC",
          crv: "P-256",
          x: "AQ",
          y: "Ag",
          key_ops: ["verify"],
          ext: true,
          nested: { deep: [[{}]] },
        },
      ],
    },
    application_type: "native",
    require_auth_time: false,
    default_max_age: 3600,
    "example.com/ratio": 0.1,
    "example.com/big": Number.MAX_SAFE_INTEGER,
    "example.com/small": -5e-324,
    "example.com/list": [1, "1", true, null, { null: null }],
    "example.com/empty": "",
  },
};

export const STATUSES: readonly ClientStatus[] = ["pending", "active", "awaiting_approval", "disabled"];

export const NOW = 1_790_000_000;

export function token(id: string, usesLeft: number): InitialAccessToken {
  return {
    id,
    tokenHash: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    issuedAt: NOW - 100,
    expiresAt: NOW + 100,
    usesLeft,
    constraints: {},
  };
}

export function spending(id: string): CreateClientGuards {
  return { spendInitialAccessToken: { id, at: NOW } };
}

/** A client that is told from others by its time and its name. */
export function numbered(clientId: string, number: number): RegisteredClient {
  return {
    clientId,
    clientIdIssuedAt: 1_790_000_000 + number,
    version: 1,
    status: "active",
    requirements: {},
    origin: { source: "open", policies: [] },
    metadata: { ...PUBLIC_CLIENT.metadata, client_name: `Client number ${number}` },
  };
}

/** A client that nobody has used yet, with other members where they are given. */
export function pending(clientId: string, others: Partial<RegisteredClient> = {}): RegisteredClient {
  return { ...numbered(clientId, 0), status: "pending", ...others };
}

/** A proof of client.example that was looked for at this instant. */
export function provenAt(checkedAt: number): DomainProof {
  return { domain: "client.example", method: "file", verifiedAt: NOW, seenAt: checkedAt, checkedAt };
}

/** `count` times what `make` makes. */
export function many<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** How often each outcome came. */
export function tally(outcomes: readonly { readonly outcome: string }[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { outcome } of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

export function memberNames(value: object | undefined): readonly string[] {
  return Object.keys(value ?? {}).sort();
}

/** Changes every object and list inside `value`, as far down as they go. */
export function scribble(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const part of Object.values(value)) scribble(part);
  if (Array.isArray(value)) value.push("scribble");
  else Object.assign(value, { scribble: true });
}

export function deepFrozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const part of Object.values(value)) deepFrozen(part);
  return Object.freeze(value);
}
