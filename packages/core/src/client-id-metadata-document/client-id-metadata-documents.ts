import { BoundedMap } from "../lib/bounded-map.js";
import type { Rule } from "../client-metadata/rules.js";
import type { GuardedFetchProblem } from "../guarded-fetch/guarded-fetch-problem.js";
import type { WatchCache } from "../lib/cache-use.js";
import { nowSeconds } from "../lib/clock.js";
import { err, ok, type Result } from "../lib/result.js";
import type { RegisteredClient, TrustTier } from "../store/records.js";
import type {
  AcceptedDocument,
  DocumentAcceptance,
  DocumentFailure,
  FoundDocument,
} from "./accept-document.js";
import type { DocumentAdmissionRule } from "./admission-rules.js";
import { parseClientIdUrl } from "./client-id-url.js";
import {
  documentRecords,
  type DocumentRecords,
  type DocumentRecordsConfig,
  type RecordedDocumentChange,
} from "./document-records.js";
import { DocumentCache, type HeldDocument } from "./document-cache.js";
import { freshSeconds } from "./document-freshness.js";
import {
  resolveDocumentOptions,
  type ClientIdMetadataDocumentOptions,
  type DocumentRules,
} from "./document-options.js";
import { documentFetcher, refusedDocument, type FetchedClient } from "./fetch-document.js";

/** Finds clients by the URL of their metadata document. */
export interface DocumentFinder {
  /** Finds a client by its URL. Never rejects. Concurrent calls for one document share one fetch. */
  find(clientId: string): Promise<Result<RegisteredClient, DocumentFailure>>;
  /** Records that the client was used. Its document then has priority over unused ones. */
  readonly recordUse: DocumentRecords["recordUse"];
  /** Disables a client without a record. Fetches nothing. */
  readonly block: DocumentRecords["block"];
}

/** The parts of a registration that judge and record documents. */
export interface DocumentFinderConfig extends DocumentAcceptance, DocumentRecordsConfig {
  readonly watchCache: WatchCache;
}

/** The outcome of a fetch, for the audit log. */
export interface DocumentOutcome {
  readonly clientId: string;
  readonly result: Result<AcceptedDocument, DocumentFailure>;
  /** The client of the previous document, if it was in memory. */
  readonly before?: RegisteredClient;
  /** Why no document was fetched. */
  readonly problem?: GuardedFetchProblem["kind"];
}

/** A failure in memory. It keeps the rule alone, as a stranger may have written all the rest. */
interface FailedFetch {
  readonly at: number;
  /** The rule that the document breaks. Missing if its server was not available. */
  readonly rule?: Rule;
}

/** How a document is fetched: with what is kept of it, and for whom. */
interface FetchOf {
  /** Missing: none is kept, or one that was judged for another tier. */
  readonly kept: HeldDocument | undefined;
  /** What was known of the client before. */
  readonly before: RegisteredClient | undefined;
  readonly isUsed: boolean;
  readonly tier: TrustTier | undefined;
  /** Under which its failure is remembered. */
  readonly key: string;
}

/** How long a URL that failed is not fetched again. A corrected document is accepted after that. */
const PAUSE_SECONDS = 5;

/** What `clientIdMetadataDocuments` makes, for the option of that name. */
export interface ClientIdMetadataDocuments {
  /**
   * Called once by `createClientRegistration`.
   *
   * @param config the rules and policies of the registration, which judge documents too, and its store
   * @param tell called after each fetch
   * @param recordChange makes a change of a record with its audit events, and records these if it was made
   */
  readonly finder: (
    config: DocumentFinderConfig,
    tell: (outcome: DocumentOutcome) => void,
    recordChange: RecordedDocumentChange,
  ) => DocumentFinder;
}

/**
 * Accepts clients that are identified by the https URL of their metadata, without registration. Give the result to
 * `createClientRegistration` as the option of the same name.
 *
 * @example
 * ```ts
 * import { clientIdMetadataDocuments } from "@oauth-dcr/core/client-id-metadata-document";
 * import { guardedFetch, webConnection } from "@oauth-dcr/core/guarded-fetch";
 *
 * const documents = clientIdMetadataDocuments({ guardedFetch: guardedFetch({ connection: webConnection() }) });
 * ```
 * @throws MisuseError for an option that is missing or makes no sense
 * @see OAuth Client ID Metadata Document, draft-ietf-oauth-client-id-metadata-document-03 https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document-03
 */
export function clientIdMetadataDocuments(
  options: ClientIdMetadataDocumentOptions,
): ClientIdMetadataDocuments {
  const rules = resolveDocumentOptions(options);
  return Object.freeze<ClientIdMetadataDocuments>({
    finder(config, tell, recordChange) {
      const { find, markUsed } = fetchedDocuments(rules, config, tell);
      const records = documentRecords(config, recordChange);
      return Object.freeze<DocumentFinder>({
        find: async (clientId) => records.find(clientId, find),
        async recordUse(client) {
          markUsed(client.clientId);
          return records.recordUse(client);
        },
        block: records.block,
      });
    },
  });
}

/** Fetches documents and keeps them in memory. */
function fetchedDocuments(
  rules: DocumentRules,
  config: DocumentFinderConfig,
  tell: (outcome: DocumentOutcome) => void,
) {
  const { maxStaleSeconds } = rules;
  const fetchDocument = documentFetcher(rules, config);
  const held = new DocumentCache(rules.maxDocuments);
  config.watchCache({
    name: "client_metadata_documents",
    get bytes() {
      return held.bytes;
    },
    maxBytes: held.maxBytes,
  });
  const failed = new BoundedMap<string, FailedFetch>(rules.maxDocuments);
  const underWay = new Map<string, Promise<Result<FoundDocument, DocumentFailure>>>();
  const now = (): number => nowSeconds(config.clock);

  async function find(
    clientId: string,
    isUsed = held.get(clientId)?.isUsed ?? false,
    said?: TrustTier,
  ): Promise<Result<FoundDocument, DocumentFailure>> {
    const url = parseClientIdUrl(clientId, rules);
    if (!url.ok) return err(refusedDocument(url.error));
    const admission = rules.admissionOf(url.value);
    if (admission.verdict === "block") return err(refusedDocument("document.blocked"));
    if (isUsed) held.markUsed(clientId);
    // Without rules for tiers, none changes how a document is judged.
    const tier = config.trust && said;
    const known = held.get(clientId);
    // After a promotion or a demotion the document is fetched anew.
    const kept = known?.tier === tier ? known : undefined;
    if (kept && isBetween(kept.fetchedAt, now(), kept.freshUntil)) return ok(kept.document);
    const key = tier === undefined ? clientId : `${tier} ${clientId}`;
    const last = failed.get(key);
    if (last && isBetween(last.at, now(), last.at + PAUSE_SECONDS)) {
      return orStale(failureOf(last), kept);
    }
    let fetching = underWay.get(key);
    if (!fetching) {
      const given = { kept, before: known?.document.client, isUsed, tier, key };
      fetching = fetchClient(clientId, admission, given).finally(() => underWay.delete(key));
      underWay.set(key, fetching);
    }
    return fetching;
  }

  async function fetchClient(
    clientId: string,
    admission: DocumentAdmissionRule,
    { kept, before, isUsed, tier, key }: FetchOf,
  ): Promise<Result<FoundDocument, DocumentFailure>> {
    const { result, problem } = await fetchDocument(clientId, admission, isUsed, tier);
    tell({
      clientId,
      result,
      ...(before && { before }),
      ...(problem && { problem }),
    });
    if (result.ok) {
      failed.delete(key);
      return ok(keep(result.value, isUsed, tier));
    }
    // A busy server sent no request, so the host needs no pause.
    if (problem !== "busy") failed.set(key, failedFetch(result.error, now()));
    if (result.error.kind === "refused_document") held.delete(clientId);
    return orStale(result.error, kept);
  }

  function keep(
    { client, heldBecause, headers, length }: FetchedClient,
    isUsed: boolean,
    tier: TrustTier | undefined,
  ): FoundDocument {
    const fetchedAt = now();
    const document = { client, ...(heldBecause !== undefined && { heldBecause }) };
    held.set(client.clientId, {
      document,
      tier,
      fetchedAt,
      freshUntil: fetchedAt + freshSeconds(headers, rules.fresh),
      length,
      isUsed,
    });
    return document;
  }

  /** Returns the previous document if its server is not available. A document that the server took back is not used. */
  function orStale(
    error: DocumentFailure,
    kept: HeldDocument | undefined,
  ): Result<FoundDocument, DocumentFailure> {
    const isUsable =
      error.kind === "unavailable" &&
      kept !== undefined &&
      isBetween(kept.fetchedAt, now(), kept.freshUntil + maxStaleSeconds);
    return isUsable ? ok(kept.document) : err(error);
  }

  return { find, markUsed: (clientId: string) => held.markUsed(clientId) };
}

function failedFetch(failure: DocumentFailure, at: number): FailedFetch {
  const errors = failure.kind === "refused_document" ? failure.findings : [];
  const rule = errors.find(({ severity }) => severity === "error")?.rule;
  return { at, ...(rule !== undefined && { rule }) };
}

function failureOf({ rule }: FailedFetch): DocumentFailure {
  return rule === undefined
    ? { kind: "unavailable", cause: `The last fetch failed, less than ${PAUSE_SECONDS} seconds ago.` }
    : refusedDocument(rule, "(body)");
}

/** False before `from`: a clock that was put back must not keep old documents alive. */
function isBetween(from: number, now: number, until: number): boolean {
  return from <= now && now < until;
}
