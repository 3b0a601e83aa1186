import { Findings, type Finding } from "../client-metadata/finding.js";
import type { ClientTimes } from "../lifecycle/client-lifecycle.js";
import { requireThat } from "../lib/misuse.js";
import type { RegistrationPolicy } from "../policy/registration-policy.js";
import { intersectScope } from "../scope/scope.js";
import type { ProposalOrigin, TrustTier } from "../store/records.js";
import { trustTierBy, type TrustedClient } from "../store/trust-tier.js";
import { templateTest } from "./match-template.js";
import type { TrustRules, TrustTiers } from "./trust-rules.js";
import { requireTrustOptions, type TrustSettings, type TrustTiersOptions } from "./trust-options.js";

/**
 * Sets scopes, policies, lifetimes and quotas for each trust tier. A template gives a tier and settings to the clients that match it,
 * by facts that the server has verified. Pass the result to `createClientRegistration` and `clientAdministration` as the option
 * `trust`, the same in every process.
 *
 * The server bounds the scopes each time it looks up a client or answers it. So a demotion takes effect at the next request in every
 * process, and a promotion gives only scopes that the client asked for.
 *
 * @example
 * ```ts
 * import { holdForApproval } from "@oauth-dcr/core/policy";
 * import { trustTiers } from "@oauth-dcr/core/trust";
 *
 * const trust = trustTiers({
 *   tiers: {
 *     unknown: { scopes: ["read"], quotas: { total: 1000 } },
 *     approved: { scopes: ["read", "write"], lifecycle: { idleTtlSeconds: 31_536_000 } },
 *     first_party: { lifecycle: { unusedTtlSeconds: null, idleTtlSeconds: null } },
 *   },
 *   templates: [
 *     { name: "partners", match: { statementIssuer: "https://partners.example" }, tier: "approved" },
 *     { name: "own-apps", match: { host: "*.apps.example" }, tier: "first_party" },
 *     { name: "strangers", match: { source: "metadata_document" }, policies: [holdForApproval({ when: () => true })] },
 *   ],
 * });
 * ```
 * @throws MisuseError for an invalid option, and for a template that sets a tier and matches nothing verified
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 */
export function trustTiers(options: TrustTiersOptions): TrustTiers {
  requireTrustOptions(options);
  const tiers = new Map(Object.entries(options.tiers ?? {}).map(([name, tier]) => [name, snapshot(tier)]));
  const templates = new Map(
    (options.templates ?? []).map(({ name, match, tier, ...settings }) => [
      name,
      { name, tier, matches: templateTest(match), ...snapshot(settings) },
    ]),
  );
  const all: readonly TrustSettings[] = [...tiers.values(), ...templates.values()];
  const policies = [...new Set(all.flatMap((settings) => settings.policies ?? []))];
  const templateOf = ({ template = "" }: ProposalOrigin) => templates.get(template);

  const tierOf = (client: TrustedClient): TrustTier => trustTierBy(templateOf(client.origin)?.tier, client);

  const bounded: TrustRules["bounded"] = (client) => {
    const { scope, grant_types: grants } = client.metadata;
    const bounds = [templateOf(client.origin)?.scopes, tiers.get(tierOf(client))?.scopes].filter(
      (bound) => bound !== undefined,
    );
    // What asked for none is bounded, too: a server may read it as a client without a limit. Without a grant it gets no token.
    if (bounds.length === 0 || (scope === undefined && grants?.length === 0)) return client;
    const asked = scope?.split(" ") ?? [];
    const allowed = bounds.reduce<readonly string[]>((scopes, bound) => intersectScope(scopes, bound), asked);
    if (scope !== undefined && allowed.length === asked.length) return client;
    return { ...client, metadata: { ...client.metadata, scope: allowed.join(" ") } };
  };

  const timesOf: TrustRules["timesOf"] = (client, general) => {
    const tier = tiers.get(tierOf(client))?.lifecycle;
    // The operator's word on this client counts before a rule for many.
    const template =
      client.administration?.tier === undefined ? templateOf(client.origin)?.lifecycle : undefined;
    const timeOf = (name: keyof ClientTimes) =>
      [template, tier, general].find((times) => times?.[name] !== undefined)?.[name] ?? null;
    return { unusedTtlSeconds: timeOf("unusedTtlSeconds"), idleTtlSeconds: timeOf("idleTtlSeconds") };
  };

  const ownPool: TrustRules["ownPool"] = (origin, name, key) => {
    const template = templateOf(origin);
    const tier = tierOf({ origin });
    const shares = [
      { share: `template/${template?.name}`, limit: template?.quotas?.[name] },
      { share: tier, limit: tiers.get(tier)?.quotas?.[name] },
    ];
    const { share, limit } = shares.find((one) => one.limit !== undefined) ?? {};
    // `address:…` becomes `address/approved:…`.
    return limit === undefined ? undefined : { key: key.replace(/^\w+/, `$&/${share}`), limit };
  };

  function findings(client: Parameters<typeof bounded>[0]): readonly Finding[] {
    const { scope } = bounded(client).metadata;
    const found = new Findings();
    if (scope === "") found.error("scope", "scope.unsupported");
    else if (scope !== client.metadata.scope) found.warning("scope", "scope.unsupported");
    return found.all;
  }

  return Object.freeze<TrustTiers>({
    rules(scopes, lists) {
      const unknown = all
        .flatMap((settings) => settings.scopes ?? [])
        .find((scope) => !scopes.includes(scope));
      requireThat(
        unknown === undefined,
        "ERR_OPTION",
        `trust: the scope ${unknown} of a tier or template is not among authorizationServer.scopes_supported`,
      );
      // A policy that is only named judges nobody by that; a token that names it is asked below.
      const { named: _, ...judging } = lists;
      const others = new Set(Object.values(judging).flat() as readonly RegistrationPolicy[]);
      const ofTrustAlone = new Set(policies.filter((one) => !others.has(one)).map(({ name }) => name));

      const decide: TrustRules["decide"] = ({ tier: said, ...facts }, current) => {
        const template = [...templates.values()].find(({ matches }) => matches(facts));
        // The domains that vouch for a client judge an update as it would be after it.
        const { clientId, administration: { domains } = {} } = current ?? {};
        const known = {
          ...(clientId !== undefined && { clientId }),
          administration: { ...(said && { tier: said }), ...(domains && { domains }) },
        };
        const { metadata: proposed } = facts;
        const tier = tiers.get(
          trustTierBy(template?.tier, { ...known, origin: facts.origin, metadata: proposed }),
        );
        const origin = {
          ...facts.origin,
          ...(template && { template: template.name }),
          ...(template?.tier && { tier: template.tier }),
        };
        const ofToken = origin.constraints?.policies ?? [];
        const before =
          current?.origin.policies.filter((name) => !ofTrustAlone.has(name) || ofToken.includes(name)) ??
          ofToken;
        const own = [template, tier].flatMap((settings) => settings?.policies ?? []).map(({ name }) => name);
        return {
          origin,
          policies: [...before, ...own],
          findings: (metadata) => findings({ ...known, origin, metadata }),
        };
      };

      return Object.freeze<TrustRules>({
        policies: { ...lists, named: [lists.named ?? [], policies].flat() },
        decide,
        tierOf,
        bounded,
        timesOf,
        shortestIdleSeconds: Math.min(...all.map(({ lifecycle }) => lifecycle?.idleTtlSeconds ?? Infinity)),
        ownPool,
      });
    },
  });
}

/** Independent of the caller's objects. */
function snapshot({ scopes, policies, lifecycle, quotas }: TrustSettings): TrustSettings {
  return {
    ...(scopes && { scopes: [...scopes] }),
    ...(policies && { policies: [...policies] }),
    ...(lifecycle && { lifecycle: { ...lifecycle } }),
    ...(quotas && { quotas: { ...quotas } }),
  };
}
