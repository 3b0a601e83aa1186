import { MisuseError, type ClientLifecycleOptions } from "@oauth-dcr/core";
import { forbidDisplayUris, holdForApproval, requireConsent, requirePkce } from "@oauth-dcr/core/policy";
import { trustTiers, type ClientTemplate, type TrustSettings, type TrustTiers } from "@oauth-dcr/core/trust";
import { durationSeconds } from "./duration.js";
import { SettingError } from "./setting-error.js";
import { duration, type JsonSchema } from "./setting-types.js";

/** The policies without arguments, which a tier or a template may name. Each stays known, as records name it. */
const POLICIES = {
  forbid_display_uris: forbidDisplayUris(),
  // The server's own policy of that kind is for open registrations alone.
  hold_for_approval: holdForApproval({ name: "hold_by_trust", reason: "its tier or template holds it" }),
  require_consent: requireConsent(),
  require_pkce: requirePkce(),
};

export const TRUST_POLICIES = Object.values(POLICIES);

/** What proves something about a client, so that a template may raise its tier. */
const PERMITTED: readonly string[] = ["initial_access_token", "operator"];

/** From the least to the most. */
export const TIERS = ["unknown", "domain_verified", "approved", "first_party"] as const;

/** What a tier or a template sets, as the file has it. */
interface TrustMember {
  readonly scopes?: readonly string[];
  readonly policies?: readonly (keyof typeof POLICIES)[];
  readonly unusedTtl?: string;
  readonly idleTtl?: string;
  readonly quotas?: NonNullable<TrustSettings["quotas"]>;
}

/** The members of the file that no flag can say. */
export interface TrustMembers {
  readonly tiers?: Readonly<Partial<Record<(typeof TIERS)[number], TrustMember>>>;
  readonly templates?: readonly (TrustMember & Pick<ClientTemplate, "name" | "match" | "tier">)[];
}

/** Tiers and templates of a server. */
export interface Trust {
  readonly trust: TrustTiers;
  /** All scopes that they name, each with its first place in the file. */
  readonly scopes: ReadonlyMap<string, string>;
  /** All their times. */
  readonly lifecycles: readonly Pick<ClientLifecycleOptions, "unusedTtlSeconds" | "idleTtlSeconds">[];
}

const text = (description: string): JsonSchema => ({ description, type: "string", minLength: 1 });
const object = (
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  ...required: string[]
) => ({ description, type: "object", properties, required, additionalProperties: false }) as const;
const count: JsonSchema = { description: "a whole number of at least 1", type: "integer", minimum: 1 };
const SETTINGS: Readonly<Record<string, JsonSchema>> = {
  scopes: {
    description: "the most that such a client can have, a list of scopes",
    type: "array",
    items: { description: "a text without spaces", type: "string", pattern: "^\\S+$" },
  },
  policies: {
    description: "a list of policies",
    type: "array",
    items: { description: `one of ${Object.keys(POLICIES).join(", ")}`, enum: Object.keys(POLICIES) },
  },
  unusedTtl: duration.schema,
  idleTtl: duration.schema,
  quotas: object("how many such clients may be registered and not used yet", {
    perAddress: count,
    perInitialAccessToken: count,
    total: count,
  }),
};
const tier: JsonSchema = { description: `one of ${TIERS.join(", ")}`, enum: TIERS };

/** The schemas of the members. */
export const TRUST_MEMBERS: Readonly<Record<keyof TrustMembers, JsonSchema>> = {
  tiers: object(
    "what holds for the clients of each tier; what is left out is the general setting",
    Object.fromEntries(TIERS.map((name) => [name, object(`what holds for ${name} clients`, SETTINGS)])),
  ),
  templates: {
    description: "what holds for clients that match; the first template that matches counts",
    type: "array",
    items: object(
      "a template, with a name and a match",
      {
        name: text("its name"),
        match: object("which clients it is for; {} for all", {
          source: {
            description: "how the client was registered: one of open, initial_access_token, operator",
            enum: ["open", "initial_access_token", "operator"],
          },
        }),
        tier,
        ...SETTINGS,
      },
      "name",
      "match",
    ),
  },
};

/**
 * What tiers and templates of the file mean; `undefined` where it has none.
 *
 * @param path the file, for what is wrong with it
 * @throws SettingError for what makes no sense, such as a tier by nothing that is verified
 */
export function trustOf({ tiers, templates }: TrustMembers, path: string): Trust | undefined {
  if (!tiers && !templates) return undefined;
  const places: readonly (readonly [place: string, member: TrustMember])[] = [
    ...Object.entries(tiers ?? {}).map(([name, member]) => [`tiers.${name}`, member] as const),
    ...(templates ?? []).map((member, index) => [`templates[${index}]`, member] as const),
  ];
  const all = places.map(([, member]) => member);
  // Core judges it again, in the words of its own options, of which the file has not all.
  for (const [index, { tier: given = "unknown", match }] of (templates ?? []).entries()) {
    if (given === "unknown" || PERMITTED.includes(match.source ?? "open")) continue;
    throw new SettingError(
      `${path}: templates[${index}].match.source must be one of ${PERMITTED.join(", ")}, as the template sets a tier`,
    );
  }
  try {
    const trust = trustTiers({
      tiers: Object.fromEntries(
        Object.entries(tiers ?? {}).map(([name, member]) => [name, settingsOf(member)]),
      ),
      templates: (templates ?? []).map(({ name, match, tier: given, ...member }) => ({
        name,
        match,
        ...(given && { tier: given }),
        ...settingsOf(member),
      })),
    });
    return {
      trust,
      scopes: new Map(
        places
          .flatMap(([place, { scopes = [] }]) =>
            scopes.map((scope, index) => [scope, `${path}: ${place}.scopes[${index}]`] as const),
          )
          .reverse(),
      ),
      lifecycles: all.map(({ unusedTtl = "off", idleTtl = "off" }) => ({
        ...seconds("unusedTtlSeconds", unusedTtl),
        ...seconds("idleTtlSeconds", idleTtl),
      })),
    };
  } catch (error) {
    if (error instanceof MisuseError)
      throw new SettingError(`${path}: ${error.message.replace("trustTiers.", "")}`);
    throw error;
  }
}

/** @throws SettingError that names the place of a scope which the server does not have */
export function requireServedScopes(trust: Trust | undefined, served: readonly string[]): void {
  for (const [scope, place] of trust?.scopes ?? []) {
    if (served.includes(scope)) continue;
    throw new SettingError(`${place} is ${scope}, which is none of the server's scopes: add it to scopes`);
  }
}

function settingsOf({ scopes, policies, unusedTtl, idleTtl, quotas }: TrustMember): TrustSettings {
  return {
    ...(scopes && { scopes }),
    ...(policies && { policies: policies.map((name) => POLICIES[name]) }),
    lifecycle: {
      ...(unusedTtl !== undefined && { unusedTtlSeconds: durationSeconds(unusedTtl) ?? null }),
      ...(idleTtl !== undefined && { idleTtlSeconds: durationSeconds(idleTtl) ?? null }),
    },
    ...(quotas && { quotas }),
  };
}

function seconds(name: string, text: string): Readonly<Record<string, number>> {
  const value = durationSeconds(text);
  return value === undefined ? {} : { [name]: value };
}
