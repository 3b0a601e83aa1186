import { BoundedMap } from "../bounded-map.js";
import { Findings } from "../client-metadata/finding.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import type { GuardedFetchProblem } from "../guarded-fetch/guarded-fetch-problem.js";
import type { RegistrationDesk } from "../registration-desk.js";
import { err, ok, type Result } from "../result.js";
import type { RegisteredClient } from "../store/registration-store.js";
import { acceptDocument, type AcceptedDocument, type DocumentRefusal } from "./accept-document.js";
import { clientIdUrlRule } from "./client-id-url.js";
import { freshSeconds } from "./document-freshness.js";
import type { DocumentRules } from "./document-options.js";

/** The clients that are known by their documents. */
export interface ClientIdMetadataDocuments {
  /** Never rejects. Several requests for one document share one fetch. */
  find(clientId: string): Promise<Result<RegisteredClient, DocumentRefusal>>;
}

/** How a fetch of a document ended, for the audit. */
export interface DocumentOutcome {
  readonly clientId: string;
  readonly result: Result<AcceptedDocument, DocumentRefusal>;
  /** What it was before. */
  readonly before?: RegisteredClient;
  /** Why there was no document to judge. */
  readonly problem?: GuardedFetchProblem["kind"];
}

interface FetchedClient extends AcceptedDocument {
  readonly headers: Headers;
}

interface Judged {
  readonly result: Result<FetchedClient, DocumentRefusal>;
  readonly problem?: GuardedFetchProblem["kind"];
}

interface HeldDocument {
  readonly client: RegisteredClient;
  readonly fetchedAt: number;
  readonly freshUntil: number;
}

interface Failed {
  readonly refusal: DocumentRefusal;
  readonly times: number;
  readonly at: number;
}

const FIRST_BACK_OFF_SECONDS = 5;
const LONGEST_BACK_OFF_SECONDS = 60;
/** What another fetch may mend. */
const PASSING: readonly GuardedFetchProblem["kind"][] = ["timed_out", "busy", "unreachable"];

/** Finds clients by their documents. `tell` hears how each fetch ended. */
export function clientIdMetadataDocuments(
  rules: DocumentRules,
  registrationDesk: RegistrationDesk,
  tell: (outcome: DocumentOutcome) => void,
): ClientIdMetadataDocuments {
  const { guardedFetch, maxStaleSeconds } = rules;
  // What a document names is fetched like the document itself.
  const desk: RegistrationDesk = { ...registrationDesk, guardedFetch: unlessItPasses(guardedFetch) };
  const held = new BoundedMap<string, HeldDocument>(rules.maxDocuments);
  const failed = new BoundedMap<string, Failed>(rules.maxDocuments);
  const underWay = new Map<string, Promise<Result<RegisteredClient, DocumentRefusal>>>();
  const nowSeconds = (): number => Math.floor(desk.clock() / 1000);

  async function find(clientId: string): Promise<Result<RegisteredClient, DocumentRefusal>> {
    const rule = clientIdUrlRule(clientId, rules.allowQuery);
    if (rule) return err(refusal("client_id", rule));
    if (!rules.allowHosts.some((allows) => allows(new URL(clientId).hostname))) {
      return err(refusal("client_id", "document.host"));
    }
    const document = held.get(clientId);
    if (document && isBetween(document.fetchedAt, nowSeconds(), document.freshUntil))
      return ok(document.client);
    const failure = failed.get(clientId);
    if (failure && isBetween(failure.at, nowSeconds(), failure.at + backOffSeconds(failure.times))) {
      return orStale(failure.refusal, document);
    }
    let fetching = underWay.get(clientId);
    if (!fetching) {
      fetching = fetchClient(clientId, document).finally(() => underWay.delete(clientId));
      underWay.set(clientId, fetching);
    }
    return fetching;
  }

  async function fetchClient(
    clientId: string,
    document: HeldDocument | undefined,
  ): Promise<Result<RegisteredClient, DocumentRefusal>> {
    const { result, problem } = await fetchAndJudge(clientId);
    tell({
      clientId,
      result,
      ...(document && { before: document.client }),
      ...(problem && { problem }),
    });
    if (result.ok) return ok(keep(result.value));
    // Nobody was asked where we were busy, so that there is nobody to spare.
    if (problem !== "busy") spare(clientId, result.error);
    if (result.error.kind === "refused_document") held.delete(clientId);
    return orStale(result.error, document);
  }

  async function fetchAndJudge(clientId: string): Promise<Judged> {
    try {
      const fetched = await guardedFetch(clientId, ["application/json"]);
      if (!fetched.ok) return { result: err(refusalOf(fetched.error)), problem: fetched.error.kind };
      const { text, headers } = fetched.value;
      const accepted = await acceptDocument(text, clientId, rules.draft, desk);
      return { result: accepted.ok ? ok({ ...accepted.value, headers }) : accepted };
    } catch (cause) {
      const problem = cause instanceof PassingProblem ? cause.cause.kind : undefined;
      return { result: err({ kind: "unavailable", cause }), ...(problem && { problem }) };
    }
  }

  function keep({ client, headers }: FetchedClient): RegisteredClient {
    const fetchedAt = nowSeconds();
    held.set(client.clientId, {
      client,
      fetchedAt,
      freshUntil: fetchedAt + freshSeconds(headers, rules.fresh),
    });
    failed.delete(client.clientId);
    return client;
  }

  function spare(clientId: string, refusal: DocumentRefusal): void {
    const times = (failed.get(clientId)?.times ?? 0) + 1;
    failed.set(clientId, { refusal, times, at: nowSeconds() });
  }

  /** A document that nobody took back serves on while its server is away. */
  function orStale(
    error: DocumentRefusal,
    document: HeldDocument | undefined,
  ): Result<RegisteredClient, DocumentRefusal> {
    const isUsable =
      error.kind === "unavailable" &&
      document !== undefined &&
      isBetween(document.fetchedAt, nowSeconds(), document.freshUntil + maxStaleSeconds);
    return isUsable ? ok(document.client) : err(error);
  }

  return Object.freeze({ find });
}

function refusal(member: string, rule: Parameters<Findings["error"]>[1]): DocumentRefusal {
  const findings = new Findings();
  findings.error(member, rule);
  return { kind: "refused_document", findings: findings.all };
}

function refusalOf(problem: GuardedFetchProblem): DocumentRefusal {
  return passes(problem) ? { kind: "unavailable", cause: problem } : refusal("client_id", "document.fetch");
}

function passes({ kind, status = 0 }: GuardedFetchProblem): boolean {
  return PASSING.includes(kind) || (kind === "status" && (status >= 500 || status === 429));
}

/** What a document names could not be fetched, which says nothing about the document. */
class PassingProblem extends Error {
  constructor(override readonly cause: GuardedFetchProblem) {
    super("What the document names cannot be fetched at the moment.");
  }
}

/** Rejects where another fetch may succeed: a rule would take the failure for the document's own. */
function unlessItPasses(guardedFetch: GuardedFetch): GuardedFetch {
  return async (url, accept) => {
    const fetched = await guardedFetch(url, accept);
    if (!fetched.ok && passes(fetched.error)) throw new PassingProblem(fetched.error);
    return fetched;
  };
}

/** A clock that was put back must not keep anything alive. */
function isBetween(from: number, now: number, until: number): boolean {
  return from <= now && now < until;
}

function backOffSeconds(times: number): number {
  return Math.min(FIRST_BACK_OFF_SECONDS * 2 ** (times - 1), LONGEST_BACK_OFF_SECONDS);
}
