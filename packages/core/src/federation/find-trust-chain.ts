import type { Clock } from "../lib/clock.js";
import { nowSeconds } from "../lib/clock.js";
import { err, ok, type Result } from "../lib/result.js";
import { entityConfigurationUrl } from "./entity-identifier.js";
import { authorityHints, fetchEndpoint, isSignedBy, type EntityStatement } from "./entity-statement.js";
import type { StatementSource } from "./statement-source.js";
import { verifyTrustChain, type TrustChain, type TrustRules } from "./trust-chain.js";

/** Bounds of a search for a trust chain. */
export interface SearchLimits {
  /** The maximum number of intermediates between an entity and a trust anchor. Default 4. */
  readonly maxIntermediates: number;
  /** The maximum number of superiors of one entity that the server asks. Default 5. */
  readonly maxAuthorityHints: number;
  /** The maximum number of statements that one search requests. Default 20. */
  readonly maxFetches: number;
  /** After this time, in seconds, the search sends no further request. Default 15. */
  readonly maxSearchSeconds: number;
}

/** What searches for trust chains. */
export interface SearchConfig extends TrustRules, SearchLimits {
  readonly statementsAt: StatementSource;
  readonly clock: Clock;
}

/** Statements from the subject up to one of its superiors, whose own superiors are asked next. */
interface Path {
  readonly statements: readonly EntityStatement[];
  readonly hints: readonly string[];
  /** The statements of superiors about themselves and each other, to be kept if the path leads to a trust anchor. */
  readonly above: readonly (readonly [url: string, statement: EntityStatement])[];
}

/** The problems of a fetch that may pass by themselves. */
const PASSING: readonly string[] = ["busy", "timed_out", "unreachable"];

/** No chain: there is none, or `cause` keeps us from looking for it now. */
interface NoTrustChain {
  readonly cause?: unknown;
}

/**
 * Looks for a chain from an entity up to a trust anchor, the shortest first, by asking each superior that an entity names for
 * its configuration and for a statement. Takes the first chain that holds. Bounded in depth, in superiors of one entity, in
 * requests and in time. An entity that stands on a path already is not asked again, so that a loop ends.
 *
 * Never rejects.
 * @see OpenID Federation 1.0 section 10.1 https://openid.net/specs/openid-federation-1_0.html#section-10.1
 */
export async function findTrustChain(
  subject: EntityStatement,
  config: SearchConfig,
): Promise<Result<TrustChain, NoTrustChain>> {
  const { trustAnchors, maxIntermediates, maxAuthorityHints } = config;
  const search = startSearch(config);
  let paths: readonly Path[] = [{ statements: [subject], hints: authorityHints(subject), above: [] }];

  for (let intermediates = 0; intermediates <= maxIntermediates && paths.length > 0; intermediates++) {
    const longer: Path[] = [];
    for (const path of paths) {
      const { statements, hints } = path;
      // A trust anchor ends the search, whichever place it has in the list.
      const first = hints.filter((hint) => trustAnchors.has(hint));
      const others = hints.filter((hint) => !trustAnchors.has(hint));
      for (const superior of [...new Set([...first, ...others])].slice(0, maxAuthorityHints)) {
        if (statements.some(({ iss }) => iss === superior)) continue;
        const climbed = await search.climb(path, superior);
        if (!climbed) continue;
        if (!trustAnchors.has(superior)) longer.push(climbed);
        else {
          const chain = await verifyTrustChain(climbed.statements, config, nowSeconds(config.clock));
          if (!chain) continue;
          for (const [url, statement] of climbed.above) config.statementsAt.keep(url, statement);
          return ok(chain);
        }
      }
    }
    paths = longer;
  }
  return err(search.hindrance());
}

function startSearch({ statementsAt, clock, maxFetches, maxSearchSeconds, ...rules }: SearchConfig) {
  const endsAt = clock() + maxSearchSeconds * 1000;
  const configurations = new Map<string, EntityStatement | undefined>();
  let fetches = 0;
  let hindrance: NoTrustChain = {};

  async function fetchStatement(url: string, from: string): Promise<EntityStatement | undefined> {
    if (fetches >= maxFetches || clock() >= endsAt) return undefined;
    fetches += 1;
    const fetched = await statementsAt.fetch(url, rules.trustAnchors.has(from));
    if (fetched.ok) return fetched.value;
    const { kind, status = 0 } = fetched.error;
    const mayPass = PASSING.includes(kind) || status >= 500 || status === 429;
    // Of any other host the client learns nothing, not even that it is slow.
    if (kind === "busy" || (mayPass && rules.trustAnchors.has(from))) hindrance = { cause: fetched.error };
    return undefined;
  }

  async function configurationOf(entityId: string): Promise<EntityStatement | undefined> {
    if (configurations.has(entityId)) return configurations.get(entityId);
    const read = await fetchStatement(entityConfigurationUrl(entityId), entityId);
    const isOwn = read?.iss === entityId && read.sub === entityId;
    const isGood = isOwn && (await isSignedBy(read, read.keys, rules, nowSeconds(clock)));
    const configuration = isGood ? read : undefined;
    configurations.set(entityId, configuration);
    return configuration;
  }

  /** The path with one superior more, or `undefined` where that superior says nothing of the entity below it. */
  async function climb({ statements, above }: Path, superior: string): Promise<Path | undefined> {
    const subject = statements.at(-1)?.iss ?? "";
    const configuration = await configurationOf(superior);
    const endpoint = configuration && fetchEndpoint(configuration);
    if (!endpoint) return undefined;
    const url = withSubject(endpoint, subject);
    const statement = await fetchStatement(url, superior);
    if (statement?.iss !== superior || statement.sub !== subject) return undefined;
    const isAnchor = rules.trustAnchors.has(superior);
    // What is said of the subject of the chain is asked for each time: its superior's change counts at once.
    const isAboutSuperior = statements.length > 1;
    return {
      statements: [...statements, statement, ...(isAnchor ? [configuration] : [])],
      hints: authorityHints(configuration),
      above: [
        ...above,
        [entityConfigurationUrl(superior), configuration],
        ...(isAboutSuperior ? ([[url, statement]] as const) : []),
      ],
    };
  }

  return { climb, hindrance: () => hindrance };
}

/** @see OpenID Federation 1.0 section 8.1.1 https://openid.net/specs/openid-federation-1_0.html#section-8.1.1 */
function withSubject(endpoint: string, subject: string): string {
  return `${endpoint}${endpoint.includes("?") ? "&" : "?"}sub=${encodeURIComponent(subject)}`;
}
