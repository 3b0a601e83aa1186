import { siteOf } from "../guarded-fetch/site-of.js";
import type { EntityStatement } from "./entity-statement.js";

/** Statements that stood in a valid trust chain, by the URL that they were fetched from. */
export interface StatementCache {
  /** The length of all statements, which are ASCII: bytes and characters are one. */
  readonly bytes: number;
  readonly maxBytes: number;
  /** The statement behind a URL; `undefined` where it has to be fetched. */
  get(url: string, nowSeconds: number): EntityStatement | undefined;
  /** Keeps a statement. One that is kept already does not live longer by it. */
  keep(url: string, statement: EntityStatement, nowSeconds: number): void;
}

interface Kept {
  readonly statement: EntityStatement;
  readonly site: string;
  readonly keptAt: number;
  readonly until: number;
}

/** What is withdrawn in a federation is believed for so long at most. */
const MAX_SECONDS = 300;
/** In characters of statements: some hundreds of them. */
const MAX_CHARACTERS = 1_000_000;

/**
 * Keeps statements until they end, for 300 seconds at most. Where there is no room, the site that takes the most gives up
 * the one that it was not asked for the longest: an intermediate with thousands of statements pushes out its own.
 *
 * @see OpenID Federation 1.0 section 10.2 https://openid.net/specs/openid-federation-1_0.html#section-10.2
 */
export function statementCache(maxCharacters = MAX_CHARACTERS): StatementCache {
  // In the order of their last use.
  const all = new Map<string, Kept>();
  const sizes = new Map<string, number>();
  let total = 0;

  function count(site: string, characters: number): void {
    total += characters;
    const size = (sizes.get(site) ?? 0) + characters;
    if (size > 0) sizes.set(site, size);
    else sizes.delete(site);
  }

  function forget(url: string): void {
    const kept = all.get(url);
    if (!kept) return;
    all.delete(url);
    count(kept.site, -kept.statement.token.length);
  }

  function makeRoom(): void {
    while (total > maxCharacters) {
      const largest = Math.max(...sizes.values());
      const oldest = [...all].find(([, { site }]) => sizes.get(site) === largest);
      if (!oldest) return;
      forget(oldest[0]);
    }
  }

  return {
    get bytes() {
      return total;
    },
    maxBytes: maxCharacters,
    get(url, nowSeconds) {
      const kept = all.get(url);
      if (!kept) return undefined;
      all.delete(url);
      all.set(url, kept);
      // A clock that was put back must not keep anything alive.
      if (nowSeconds >= kept.keptAt && nowSeconds < kept.until) return kept.statement;
      forget(url);
      return undefined;
    },
    keep(url, statement, nowSeconds) {
      if (all.get(url)?.statement === statement) return;
      forget(url);
      const until = Math.min(statement.exp, nowSeconds + MAX_SECONDS);
      const site = siteOf(new URL(url).hostname);
      all.set(url, { statement, site, keptAt: nowSeconds, until });
      count(site, statement.token.length);
      makeRoom();
    },
  };
}
