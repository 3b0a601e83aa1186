import type { ClientTimes } from "../lifecycle/client-lifecycle.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import { isPolicyName, POLICY_NAME, type RegistrationPolicy } from "../policy/registration-policy.js";
import type { QuotaLimits } from "../quota/client-quotas.js";
import { isScopeToken } from "../scope/scope.js";
import type { RegistrationSource, TrustTier } from "../store/records.js";

/** Settings for the clients of a tier or a template. A setting that is omitted is that of the server. */
export interface TrustSettings {
  /** The scopes that such a client can have, if it asks for them. Default: all of the server's `scopes_supported`. */
  readonly scopes?: readonly string[];
  /** Policies that check such a client, after those of the option `policies`. Default: none. */
  readonly policies?: readonly RegistrationPolicy[];
  /** When such a client expires, in place of `lifecycle`. A change takes effect at the client's next recorded use. */
  readonly lifecycle?: ClientTimes;
  /**
   * How many such clients may be registered and unused, in place of `quotas`. Each quota that is set is a separate pool: clients of
   * another tier or template do not fill it.
   */
  readonly quotas?: QuotaLimits;
}

/**
 * Which clients a template is for: those that meet every member given here. The server has verified each of these facts.
 *
 * A software statement counts only if it names the client's redirect URIs, because anybody can send a copy of a statement. A client
 * that gets tokens without a user must also authenticate with keys from the statement.
 */
export interface TemplateMatch {
  /** How the client was admitted. */
  readonly source?: RegistrationSource;
  /** The `software_id` in a trusted software statement. */
  readonly softwareId?: string;
  /** The issuer of its software statement. */
  readonly statementIssuer?: string;
  /**
   * `app.example` for that host, `*.app.example` for every name below it. It is compared with the host of the client's metadata
   * document, or of each redirect URI in its software statement. With the source `federation` it is compared with the host of the
   * entity identifier; a template without that source matches no federation entity by its host.
   */
  readonly host?: string;
}

/** Settings, and optionally a tier, for the clients that match. */
export interface ClientTemplate extends TrustSettings {
  /** 1 to 64 characters of `a-z`, `0-9`, `_`, `.` and `-`, the first a letter or digit. The records of its clients keep it. */
  readonly name: string;
  /** Which clients it is for. The first template that matches counts. `{}` matches every client. */
  readonly match: TemplateMatch;
  /** The tier of its clients, unless the operator sets another one for a client. Default: `unknown`. */
  readonly tier?: TrustTier;
}

/** Options of `trustTiers`. */
export interface TrustTiersOptions {
  /** Settings of each tier. A client without a tier is `unknown`. Default: the settings of the server. */
  readonly tiers?: Readonly<Partial<Record<TrustTier, TrustSettings>>>;
  /** Templates; the first that matches counts. Default: none. */
  readonly templates?: readonly ClientTemplate[];
}

/** From the lowest to the highest. */
export const TRUST_TIERS = [
  "unknown",
  "domain_verified",
  "approved",
  "first_party",
] as const satisfies readonly TrustTier[];

const SETTINGS = ["scopes", "policies", "lifecycle", "quotas"] satisfies (keyof TrustSettings)[];
const SOURCES = [
  "open",
  "initial_access_token",
  "software_statement",
  "metadata_document",
  "federation",
  "operator",
] as const satisfies readonly RegistrationSource[];
/** Sources that any caller can use without a credential. */
const UNPROVEN: readonly unknown[] = [undefined, "open", "metadata_document"];
const CODE = "ERR_OPTION";

/** @throws MisuseError for an invalid option, and for a template that sets a tier and matches nothing verified */
export function requireTrustOptions(options: TrustTiersOptions): void {
  requireKnownOptions("trustTiers", options, ["tiers", "templates"] satisfies (keyof TrustTiersOptions)[]);
  const { tiers = {}, templates = [] } = options;
  requireKnownOptions("trustTiers.tiers", tiers, TRUST_TIERS);
  for (const [tier, settings] of Object.entries(tiers)) {
    const where = `trustTiers.tiers.${tier}`;
    requireKnownOptions(where, settings, SETTINGS);
    requireSettings(settings, where);
  }
  const isList: boolean = Array.isArray(templates);
  requireThat(isList, CODE, "trustTiers.templates: must be a list of templates");
  for (const [index, template] of templates.entries())
    requireTemplate(template, `trustTiers.templates[${index}]`);
  const names = new Set(templates.map(({ name }) => name));
  requireThat(names.size === templates.length, CODE, "trustTiers.templates: two have the same name");
}

function requireTemplate(template: ClientTemplate, where: string): void {
  requireKnownOptions(where, template, [
    "name",
    "match",
    "tier",
    ...SETTINGS,
  ] satisfies (keyof ClientTemplate)[]);
  const { name, match, tier } = template as { name: unknown; match: TemplateMatch; tier?: unknown };
  requireThat(typeof name === "string" && isPolicyName(name), CODE, `${where}.name: must be ${POLICY_NAME}`);
  requireKnownOptions(`${where}.match`, match, [
    "source",
    "softwareId",
    "statementIssuer",
    "host",
  ] satisfies (keyof TemplateMatch)[]);
  const { source, softwareId, statementIssuer, host } = match;
  requireThat(
    source === undefined || SOURCES.includes(source),
    CODE,
    `${where}.match.source: must be one of ${SOURCES.join(", ")}`,
  );
  for (const [member, value] of Object.entries({ softwareId, statementIssuer, host })) {
    const isText = value === undefined || (typeof value === "string" && value !== "");
    requireThat(isText, CODE, `${where}.match.${member}: must be a text`);
  }
  requireThat(
    tier === undefined || TRUST_TIERS.includes(tier as TrustTier),
    CODE,
    `${where}.tier: must be one of ${TRUST_TIERS.join(", ")}`,
  );
  const rests = softwareId ?? statementIssuer ?? host ?? (UNPROVEN.includes(source) ? undefined : source);
  requireThat(
    tier === undefined || tier === "unknown" || rests !== undefined,
    CODE,
    `${where}: sets a tier and matches on nothing that is verified; give match a softwareId, statementIssuer or host, or a source that takes a permission`,
  );
  requireSettings(template, where);
}

function requireSettings(
  { scopes, policies, lifecycle = {}, quotas = {} }: TrustSettings,
  where: string,
): void {
  const areScopes =
    scopes === undefined ||
    (Array.isArray(scopes) && scopes.every((scope) => typeof scope === "string" && isScopeToken(scope)));
  requireThat(areScopes, CODE, `${where}.scopes: must be a list of scopes`);
  const arePolicies = policies === undefined || Array.isArray(policies);
  requireThat(arePolicies, CODE, `${where}.policies: must be a list of policies`);
  requireKnownOptions(`${where}.lifecycle`, lifecycle, [
    "unusedTtlSeconds",
    "idleTtlSeconds",
  ] satisfies (keyof ClientTimes)[]);
  for (const [name, value] of Object.entries(lifecycle) as [string, unknown][]) {
    const isTime =
      value === undefined || value === null || (Number.isSafeInteger(value) && Number(value) > 0);
    requireThat(
      isTime,
      CODE,
      `${where}.lifecycle.${name}: must be a positive whole number of seconds, or null for no expiry`,
    );
  }
  requireKnownOptions(`${where}.quotas`, quotas, [
    "perAddress",
    "perInitialAccessToken",
    "total",
  ] satisfies (keyof QuotaLimits)[]);
  for (const [name, limit] of Object.entries(quotas) as [string, unknown][]) {
    if (limit !== undefined) requirePositiveInteger(limit, CODE, `${where}.quotas.${name}`);
  }
}
