import type { DocumentFailure } from "../client-id-metadata-document/accept-document.js";
import type { DocumentFinder } from "../client-id-metadata-document/client-id-metadata-documents.js";
import { isClientIdUrl } from "../client-id-metadata-document/client-id-url.js";
import { wait, type Steps } from "../lib/steps.js";
import { err, ok, type Result } from "../lib/result.js";
import type { RegistrationStore } from "../store/registration-store.js";
import type { RegisteredClient } from "../store/records.js";
import type { TrustRules } from "../trust/trust-rules.js";

/** Why there is no client of an identifier, or why nobody can say. */
export type ClientResolutionFailure = { readonly kind: "unknown_client" } | DocumentFailure;

export interface ClientResolution {
  readonly store: RegistrationStore;
  /** Missing where a URL is no client_id. */
  readonly documents?: DocumentFinder;
  /** Missing: every client may have what it was registered with. */
  readonly trust?: TrustRules;
}

/**
 * The client of an identifier, whatever its standing, with no more scope than its tier allows now: from its document when the identifier is a URL, or else from the store.
 * A framework's query may hold a list or nothing where a text is expected, and that is no client.
 */
export function* resolveClient(
  clientId: string,
  { store, documents, trust }: ClientResolution,
): Steps<Result<RegisteredClient, ClientResolutionFailure>> {
  if (typeof (clientId as unknown) !== "string") return err({ kind: "unknown_client" });
  if (documents && isClientIdUrl(clientId)) {
    const found = yield* wait(documents.find(clientId));
    return found.ok && trust ? ok(trust.bounded(found.value)) : found;
  }
  try {
    const client = yield* wait(store.findClient(clientId));
    if (!client) return err({ kind: "unknown_client" });
    return ok(trust ? trust.bounded(client) : client);
  } catch (cause) {
    return err({ kind: "unavailable", cause });
  }
}
