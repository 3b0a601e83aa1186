import { requireKnownOptions } from "../lib/known-options.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import { isGuardedFetch } from "../guarded-fetch/is-guarded-fetch.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import type { DocumentDraft } from "./accept-document.js";
import { admissionRules, type DocumentAdmissionRule } from "./admission-rules.js";

/** Which documents are taken, and for how long they are kept. */
export interface ClientIdMetadataDocumentOptions {
  /** Fetches the documents: one of its own, so that who names slow URLs holds up nothing else. */
  readonly guardedFetch: GuardedFetch;
  /**
   * Which clients are taken, blocked or held before their first use. The first rule that matches decides, and the last one is for
   * `*`. Policies judge what the rules let through. Default: every client is allowed.
   */
  readonly admission?: readonly DocumentAdmissionRule[];
  /**
   * The revision that decides where they differ: by `03`, the default, a document without an authentication method means
   * `none`; by `00` it means the default of RFC 7591, which a document cannot have, so that it is refused.
   */
  readonly draft?: DocumentDraft;
  /** Whether a client_id may have a query, which the draft says it SHOULD NOT. Default false. */
  readonly allowQuery?: boolean;
  /** Whether `https://host/` is a client_id, for clients whose document is their front page. Default false. */
  readonly allowRootPath?: boolean;
  /**
   * The floor of how long a document is used before it is fetched again, whatever its server says; an hour where that says
   * nothing. Default 60.
   */
  readonly minFreshSeconds?: number;
  /** The ceiling of the same. Default 86,400, which is a day. */
  readonly maxFreshSeconds?: number;
  /** For how long after that a document still serves while its server cannot be reached. Default 86,400; 0 for not at all. */
  readonly maxStaleSeconds?: number;
  /** How many documents are kept in memory. Default 1,000. */
  readonly maxDocuments?: number;
}

/** The options with their defaults. */
export type DocumentRules = ReturnType<typeof resolveDocumentOptions>;

/** @throws MisuseError for an option that is missing or makes no sense */
export function resolveDocumentOptions(options: ClientIdMetadataDocumentOptions) {
  requireKnownOptions("clientIdMetadataDocuments", options, [
    "guardedFetch",
    "admission",
    "draft",
    "allowQuery",
    "allowRootPath",
    "minFreshSeconds",
    "maxFreshSeconds",
    "maxStaleSeconds",
    "maxDocuments",
  ] satisfies (keyof ClientIdMetadataDocumentOptions)[]);
  const {
    guardedFetch,
    admission = [{ match: "*", verdict: "allow" }],
    draft = "03",
    allowQuery = false,
    allowRootPath = false,
    minFreshSeconds: min = 60,
    maxFreshSeconds: max = 86_400,
    maxStaleSeconds = 86_400,
    maxDocuments = 1000,
  } = options;
  const must = (holds: boolean, option: string, be: string) =>
    requireThat(holds, "ERR_OPTION", `clientIdMetadataDocuments.${option}: ${be}`);
  must(
    isGuardedFetch(guardedFetch),
    "guardedFetch",
    "must be a function, such as guardedFetch({ connection })",
  );
  must(["00", "03"].includes(draft), "draft", "must be 00 or 03");
  for (const [option, value] of Object.entries({ allowQuery, allowRootPath })) {
    must(typeof value === "boolean", option, "must be true or false");
  }
  for (const [option, value] of Object.entries({
    minFreshSeconds: min,
    maxFreshSeconds: max,
    maxStaleSeconds,
  })) {
    must(Number.isSafeInteger(value) && value >= 0, option, "must be a whole number of seconds, or 0");
  }
  must(min <= max, "minFreshSeconds", "must not be more than maxFreshSeconds");
  requirePositiveInteger(maxDocuments, "ERR_OPTION", "clientIdMetadataDocuments.maxDocuments");
  return {
    guardedFetch,
    admissionOf: admissionRules(admission),
    draft,
    allowQuery,
    allowRootPath,
    maxDocuments,
    fresh: { min, max },
    maxStaleSeconds,
  };
}
