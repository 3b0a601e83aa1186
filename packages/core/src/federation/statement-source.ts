import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import type { GuardedFetchProblem } from "../guarded-fetch/guarded-fetch-problem.js";
import type { WatchCache } from "../lib/cache-use.js";
import { nowSeconds, type Clock } from "../lib/clock.js";
import { ok, type Result } from "../lib/result.js";
import { readEntityStatement, type EntityStatement } from "./entity-statement.js";
import { statementCache } from "./statement-cache.js";

/** Where statements come from. Their signatures have not been verified. */
export interface StatementSource {
  /**
   * Fetches a statement, unless it is kept or under way already. `undefined` for what is no statement. A request to a trust
   * anchor may take one of the slots that are kept from strangers.
   */
  fetch(url: string, isOfAnchor?: boolean): Promise<Result<EntityStatement | undefined, GuardedFetchProblem>>;
  /** Keeps what stood in a valid trust chain, for the next chains through the same entity. */
  keep(url: string, statement: EntityStatement): void;
}

const MEDIA_TYPES = ["application/entity-statement+jwt"];

/**
 * Fetches statements once for all who ask at the same time, and remembers those that stood in a valid chain: nothing that a
 * stranger can make this server fetch takes any room. Trust anchors have room of their own, which only a trust anchor fills.
 */
export function statementSource(
  guardedFetch: GuardedFetch,
  trustAnchors: ReadonlyMap<string, unknown>,
  { clock, watchCache }: { readonly clock: Clock; readonly watchCache: WatchCache },
): StatementSource {
  const ofAnchors = statementCache();
  const ofOthers = statementCache();
  watchCache({
    name: "federation_statements",
    get bytes() {
      return ofAnchors.bytes + ofOthers.bytes;
    },
    maxBytes: ofAnchors.maxBytes + ofOthers.maxBytes,
  });
  const underWay = new Map<string, ReturnType<StatementSource["fetch"]>>();

  async function fetchNow(url: string, isOfAnchor: boolean): ReturnType<StatementSource["fetch"]> {
    const fetched = await guardedFetch(url, MEDIA_TYPES, isOfAnchor);
    return fetched.ok ? ok(readEntityStatement(fetched.value.text.trim())) : fetched;
  }

  return {
    async fetch(url, isOfAnchor = false) {
      const now = nowSeconds(clock);
      const kept = ofAnchors.get(url, now) ?? ofOthers.get(url, now);
      if (kept) return ok(kept);
      const shared = underWay.get(url) ?? fetchNow(url, isOfAnchor).finally(() => underWay.delete(url));
      underWay.set(url, shared);
      return shared;
    },
    keep(url, statement) {
      const cache = trustAnchors.has(statement.iss) ? ofAnchors : ofOthers;
      cache.keep(url, statement, nowSeconds(clock));
    },
  };
}
