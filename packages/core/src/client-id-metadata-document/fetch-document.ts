import { Findings } from "../client-metadata/finding.js";
import type { Rule } from "../client-metadata/rules.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import type { GuardedFetchProblem } from "../guarded-fetch/guarded-fetch-problem.js";
import { err, ok, type Result } from "../lib/result.js";
import {
  acceptDocument,
  type AcceptedDocument,
  type DocumentAcceptance,
  type DocumentFailure,
} from "./accept-document.js";
import type { DocumentAdmissionRule } from "./admission-rules.js";
import type { DocumentRules } from "./document-options.js";
import type { TrustTier } from "../store/records.js";

/** A client as its document says, with what the answer says of keeping it. */
export interface FetchedClient extends AcceptedDocument {
  readonly headers: Headers;
  /** How long the document is, in bytes. */
  readonly length: number;
}

/** How a fetch ended, and why there was nothing to judge if there was not. */
interface FetchOutcome {
  readonly result: Result<FetchedClient, DocumentFailure>;
  readonly problem?: GuardedFetchProblem["kind"];
}

/** Fetches a document. `tier` is what the operator says of its client. */
type FetchDocument = (
  clientId: string,
  admission: DocumentAdmissionRule,
  isKnown: boolean,
  tier?: TrustTier,
) => Promise<FetchOutcome>;

/** What another fetch may mend. */
const PASSING: readonly GuardedFetchProblem["kind"][] = ["timed_out", "busy", "unreachable"];

/** Makes the function that fetches the document behind a URL and judges it. Never rejects. */
export function documentFetcher(
  { guardedFetch, draft }: DocumentRules,
  acceptance: DocumentAcceptance,
): FetchDocument {
  return async (clientId, admission, isKnown, tier) => {
    // What a document names is fetched like the document itself.
    const config: DocumentAcceptance = {
      ...acceptance,
      guardedFetch: unlessItPasses(guardedFetch, isKnown),
    };
    try {
      const fetched = await guardedFetch(clientId, ["application/json"], isKnown);
      if (!fetched.ok) return { result: err(failureOf(fetched.error)), problem: fetched.error.kind };
      const { text, headers } = fetched.value;
      const accepted = await acceptDocument(text, clientId, draft, config, tier);
      if (!accepted.ok) return { result: accepted };
      const { length } = new TextEncoder().encode(text);
      return { result: ok({ ...admitted(accepted.value, admission), headers, length }) };
    } catch (cause) {
      const problem = cause instanceof PassingProblem ? cause.cause.kind : undefined;
      return { result: err({ kind: "unavailable", cause }), ...(problem && { problem }) };
    }
  };
}

/** A rule that holds a client does to it what a policy does. */
function admitted(accepted: AcceptedDocument, { verdict, match }: DocumentAdmissionRule): AcceptedDocument {
  if (verdict !== "hold") return accepted;
  return {
    heldBecause: `the admission rule for ${match} holds it`,
    ...accepted,
    client: { ...accepted.client, status: "awaiting_approval" },
  };
}

export function refusedDocument(rule: Rule, member = "client_id"): DocumentFailure {
  const findings = new Findings();
  findings.error(member, rule);
  return { kind: "refused_document", findings: findings.all };
}

function failureOf(problem: GuardedFetchProblem): DocumentFailure {
  return passes(problem) ? { kind: "unavailable", cause: problem } : refusedDocument("document.fetch");
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
function unlessItPasses(guardedFetch: GuardedFetch, isKnown: boolean): GuardedFetch {
  return async (url, accept) => {
    const fetched = await guardedFetch(url, accept, isKnown);
    if (!fetched.ok && passes(fetched.error)) throw new PassingProblem(fetched.error);
    return fetched;
  };
}
