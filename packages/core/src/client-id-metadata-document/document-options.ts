import { requireKnownOptions } from "../lib/known-options.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import { isGuardedFetch } from "../guarded-fetch/is-guarded-fetch.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import type { DocumentDraft } from "./accept-document.js";
import { admissionRules, type DocumentAdmissionRule } from "./admission-rules.js";

/** Options of `clientIdMetadataDocuments`. */
export interface ClientIdMetadataDocumentOptions {
  /** Fetches the documents. Make one for this option alone, so that slow documents delay no other fetch. */
  readonly guardedFetch: GuardedFetch;
  /**
   * Rules that allow, block or hold clients by their URL, before any fetch. The first rule that matches decides. The last rule must
   * match `*`. Your policies then judge the clients that are not blocked. Default: all are allowed.
   */
  readonly admission?: readonly DocumentAdmissionRule[];
  /**
   * The revision of the draft. It decides what a document without an authentication method means. `03`: `none`. `00`: the default
   * of RFC 7591, a shared secret. A document cannot have one, so it is refused. Default `03`.
   */
  readonly draft?: DocumentDraft;
  /** Whether a `client_id` may have a query. The draft says that it SHOULD NOT. Default false. */
  readonly allowQuery?: boolean;
  /** Whether `https://host/` is a valid `client_id`, for clients whose document is their front page. Default false. */
  readonly allowRootPath?: boolean;
  /**
   * The shortest time before a document is fetched again, in seconds, whatever its server says. If the server says nothing, the
   * document stays fresh for an hour. Default 60.
   */
  readonly minFreshSeconds?: number;
  /** The longest time before a document is fetched again, in seconds. Default 86,400, a day. */
  readonly maxFreshSeconds?: number;
  /** How long a document that is no longer fresh stays in use while its server cannot be reached, in seconds. Default 86,400. */
  readonly maxStaleSeconds?: number;
  /** The most documents in memory. Default 1,000. */
  readonly maxDocuments?: number;
}

/** The checked options, with their defaults. */
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
