import { usesClientSecret } from "../client-metadata/authentication-method.js";
import { Findings, type Finding } from "../client-metadata/finding.js";
import { isOmitted } from "../client-metadata/plain-value.js";
import { isJsonObject, type JsonObject } from "../lib/json.js";
import {
  acceptClientMetadata,
  type AcceptanceConfig,
} from "../registration-endpoint/accept-client-metadata.js";
import { isPublicHost } from "../guarded-fetch/outgoing-url.js";
import { displayUriNames } from "../policy/display-uris.js";
import { parseStrictUri } from "../uri/strict-uri.js";
import { nowSeconds } from "../lib/clock.js";
import { runSteps } from "../lib/steps.js";
import { err, ok, type Result } from "../lib/result.js";
import type { RegisteredClient, TrustTier } from "../store/records.js";

/** Which revision of the draft decides where they differ. */
export type DocumentDraft = "00" | "03";

/** What judges documents. */
export interface DocumentAcceptance extends AcceptanceConfig {
  /** Whether a document without `client_name` is refused. */
  readonly documentsNeedName: boolean;
}

export interface AcceptedDocument {
  readonly client: RegisteredClient;
  readonly findings: readonly Finding[];
  readonly heldBecause?: string;
}

/** The client of a document, and why it is held if it is. */
export type FoundDocument = Pick<AcceptedDocument, "client" | "heldBecause">;

export type DocumentFailure =
  /** What the client_id leads to is no document that this server takes. `findings` are for the operator. */
  | { readonly kind: "refused_document"; readonly findings: readonly Finding[] }
  /** The store, the document's server, a policy or a verifier cannot answer. It says nothing about the client. */
  | { readonly kind: "unavailable"; readonly cause: unknown };

/** The methods with a shared secret, the one that this server never offers among them. */
const isSharedSecret = (method: unknown): boolean =>
  typeof method === "string" && (method === "client_secret_jwt" || usesClientSecret(method));

/**
 * Makes a client of the text behind its URL, by the rules and policies of a registration.
 *
 * @param tier what the operator says of it
 * @see OAuth Client ID Metadata Document section 4.1 https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document#section-4.1
 */
export async function acceptDocument(
  text: string,
  clientId: string,
  draft: DocumentDraft,
  config: DocumentAcceptance,
  tier?: TrustTier,
): Promise<Result<AcceptedDocument, DocumentFailure>> {
  const findings = new Findings();
  const document = parseObject(text);
  if (!document) findings.error("(body)", "document.json");
  else if (document.client_id !== clientId) findings.error("client_id", "document.client_id");
  for (const member of ["client_secret", "client_secret_expires_at"]) {
    if (!isOmitted(document?.[member])) findings.error(member, "document.secret");
  }
  if (isSharedSecret(document?.token_endpoint_auth_method)) {
    findings.error("token_endpoint_auth_method", "document.shared_secret");
  }
  if (document && config.documentsNeedName && isOmitted(document.client_name)) {
    findings.error("client_name", "document.client_name");
  }
  if (!document || findings.refused) return err({ kind: "refused_document", findings: findings.all });

  const submitted = withDefaultMethod(document, draft);
  const accepted = await runSteps(
    acceptClientMetadata(
      { submitted, origin: { source: "metadata_document" }, tier, documentHost: new URL(clientId).hostname },
      config,
    ),
  );
  if (!accepted.ok) {
    const { error } = accepted;
    return error.kind === "refused_metadata"
      ? err({ kind: "refused_document", findings: error.findings })
      : err({ kind: "unavailable", cause: "cause" in error ? error.cause : error.kind });
  }
  const { record, ...remarks } = accepted.value;
  // What a default, a choice or a policy made of it counts as well.
  const late = new Findings();
  if (isSharedSecret(record.metadata.token_endpoint_auth_method)) {
    late.error("token_endpoint_auth_method", "document.shared_secret");
  }
  // Nobody registered it: a link or a picture of a local network would make a user's browser ask there.
  for (const member of displayUriNames(record.metadata)) {
    if (!isAtPublicHost(record.metadata[member])) late.error(member, "document.local_address");
  }
  if (late.refused) return err({ kind: "refused_document", findings: late.all });
  const clientIdIssuedAt = nowSeconds(config.clock);
  return ok({ client: { ...record, clientId, clientIdIssuedAt, version: 1 }, ...remarks });
}

function isAtPublicHost(uri: unknown): boolean {
  const parsed = typeof uri === "string" ? parseStrictUri(uri, uri.length) : undefined;
  return parsed?.ok === true && isPublicHost(parsed.value.host);
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The default of RFC 7591 is a shared secret. Since -03 a document that says nothing means `none`. */
function withDefaultMethod({ client_id: _, ...document }: JsonObject, draft: DocumentDraft): JsonObject {
  const saysNothing =
    isOmitted(document.token_endpoint_auth_method) &&
    isOmitted(document.token_endpoint_auth_methods_supported);
  return draft === "03" && saysNothing ? { ...document, token_endpoint_auth_method: "none" } : document;
}
