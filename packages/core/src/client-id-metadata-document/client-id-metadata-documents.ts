import { BoundedMap } from "../lib/bounded-map.js";
import type { Rule } from "../client-metadata/rules.js";
import type { GuardedFetchProblem } from "../guarded-fetch/guarded-fetch-problem.js";
import { nowSeconds } from "../lib/clock.js";
import { err, ok, type Result } from "../lib/result.js";
import type { RegisteredClient, TrustTier } from "../store/records.js";
import type { AcceptedDocument, DocumentAcceptance, DocumentFailure } from "./accept-document.js";
import type { DocumentAdmissionRule } from "./admission-rules.js";
import { parseClientIdUrl } from "./client-id-url.js";
import { documentRecords, type DocumentRecords, type DocumentRecordsConfig } from "./document-records.js";
import { DocumentCache, type HeldDocument } from "./document-cache.js";
import { freshSeconds } from "./document-freshness.js";
import {
  resolveDocumentOptions,
  type ClientIdMetadataDocumentOptions,
  type DocumentRules,
} from "./document-options.js";
import { documentFetcher, refusedDocument, type FetchedClient } from "./fetch-document.js";

/** Finds the clients that are known by their documents. */
export interface DocumentFinder {
  /** Never rejects. Several requests for one document share one fetch. */
  find(clientId: string): Promise<Result<RegisteredClient, DocumentFailure>>;
  /** Records that the client was used. Its document is then kept before those of strangers. */
  readonly recordUse: DocumentRecords["recordUse"];
  /** Disables a client that has no record yet, without a fetch. */
  readonly block: DocumentRecords["block"];
}

/** What documents need of a registration server. */
export interface DocumentFinderConfig extends DocumentAcceptance, DocumentRecordsConfig {}

/** How a fetch of a document ended, for the audit. */
export interface DocumentOutcome {
  readonly clientId: string;
  readonly result: Result<AcceptedDocument, DocumentFailure>;
  /** What it was before. */
  readonly before?: RegisteredClient;
  /** Why there was no document to judge. */
  readonly problem?: GuardedFetchProblem["kind"];
}

/** Of what a stranger's document was refused for, no more than a rule is kept. */
interface FailedFetch {
  readonly at: number;
  /** Missing where nobody could be asked. */
  readonly rule?: Rule;
}

/** What is known of a document before it is fetched. */
interface KeptBefore {
  readonly known: HeldDocument | undefined;
  /** `known`, if it was judged for the same tier. */
  readonly document: HeldDocument | undefined;
  readonly key: string;
  readonly tier: TrustTier | undefined;
}

/** For so long a URL that failed is not fetched again. A client that is mended is taken after that. */
const PAUSE_SECONDS = 5;

/** The option `clientIdMetadataDocuments`, as the function of that name makes it. */
export interface ClientIdMetadataDocuments {
  /**
   * `createClientRegistration` calls it once.
   *
   * @param config the rules and policies of its registrations, which judge documents too, and its store
   * @param tell hears how each fetch ended
   * @param tellChanged hears whose keys or redirect URIs have changed
   */
  readonly finder: (
    config: DocumentFinderConfig,
    tell: (outcome: DocumentOutcome) => void,
    tellChanged: (clientId: string) => void,
  ) => DocumentFinder;
}

/**
 * Lets a client be known by the https URL of its metadata, without registration: give the result to
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
    finder(config, tell, tellChanged) {
      const { find, markUsed } = fetchedDocuments(rules, config, tell);
      const records = documentRecords(config, tellChanged);
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

/** The documents themselves, as their servers have them or had them lately. */
function fetchedDocuments(
  rules: DocumentRules,
  config: DocumentAcceptance,
  tell: (outcome: DocumentOutcome) => void,
) {
  const { maxStaleSeconds } = rules;
  const fetchDocument = documentFetcher(rules, config);
  const held = new DocumentCache(rules.maxDocuments);
  const failed = new BoundedMap<string, FailedFetch>(rules.maxDocuments);
  const underWay = new Map<string, Promise<Result<RegisteredClient, DocumentFailure>>>();
  const now = (): number => nowSeconds(config.clock);

  async function find(
    clientId: string,
    said?: TrustTier,
  ): Promise<Result<RegisteredClient, DocumentFailure>> {
    // Without rules for tiers, none changes how a document is judged.
    const tier = config.trust && said;
    const url = parseClientIdUrl(clientId, rules);
    if (!url.ok) return err(refusedDocument(url.error));
    const admission = rules.admissionOf(url.value);
    if (admission.verdict === "block") return err(refusedDocument("document.blocked"));
    const known = held.get(clientId);
    // Judged by what the operator says now: after a promotion or a demotion the document is fetched anew.
    const document = known?.tier === tier ? known : undefined;
    if (document && isBetween(document.fetchedAt, now(), document.freshUntil)) return ok(document.client);
    const key = tier === undefined ? clientId : `${tier} ${clientId}`;
    const last = failed.get(key);
    if (last && isBetween(last.at, now(), last.at + PAUSE_SECONDS)) {
      return orStale(failureOf(last), document);
    }
    let fetching = underWay.get(key);
    if (!fetching) {
      const kept = { known, document, key, tier };
      fetching = fetchClient(clientId, admission, kept).finally(() => underWay.delete(key));
      underWay.set(key, fetching);
    }
    return fetching;
  }

  async function fetchClient(
    clientId: string,
    admission: DocumentAdmissionRule,
    { known, document, key, tier }: KeptBefore,
  ): Promise<Result<RegisteredClient, DocumentFailure>> {
    const { result, problem } = await fetchDocument(clientId, admission, known?.isUsed ?? false, tier);
    tell({
      clientId,
      result,
      ...(known && { before: known.client }),
      ...(problem && { problem }),
    });
    if (result.ok) {
      failed.delete(key);
      return ok(keep(result.value, tier));
    }
    // Nobody was asked where we were busy, so that there is nobody to spare.
    if (problem !== "busy") failed.set(key, failedFetch(result.error, now()));
    if (result.error.kind === "refused_document") held.delete(clientId);
    return orStale(result.error, document);
  }

  function keep({ client, headers, length }: FetchedClient, tier: TrustTier | undefined): RegisteredClient {
    const fetchedAt = now();
    held.set(client.clientId, {
      client,
      tier,
      fetchedAt,
      freshUntil: fetchedAt + freshSeconds(headers, rules.fresh),
      length,
    });
    return client;
  }

  /** A document that nobody took back serves on while its server is away. */
  function orStale(
    error: DocumentFailure,
    document: HeldDocument | undefined,
  ): Result<RegisteredClient, DocumentFailure> {
    const isUsable =
      error.kind === "unavailable" &&
      document !== undefined &&
      isBetween(document.fetchedAt, now(), document.freshUntil + maxStaleSeconds);
    return isUsable ? ok(document.client) : err(error);
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

/** A clock that was put back must not keep anything alive. */
function isBetween(from: number, now: number, until: number): boolean {
  return from <= now && now < until;
}
