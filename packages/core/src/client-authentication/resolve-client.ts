import type { DocumentFailure } from "../client-id-metadata-document/accept-document.js";
import type { DocumentFinder } from "../client-id-metadata-document/client-id-metadata-documents.js";
import { isClientIdUrl } from "../client-id-metadata-document/client-id-url.js";
import { wait, type Steps } from "../lib/steps.js";
import { err, ok, type Result } from "../lib/result.js";
import type { RegistrationStore } from "../store/registration-store.js";
import type { RegisteredClient } from "../store/records.js";

/** Why there is no client of an identifier, or why nobody can say. */
export type ClientResolutionFailure = { readonly kind: "unknown_client" } | DocumentFailure;

export interface ClientResolution {
  readonly store: RegistrationStore;
  /** Missing where a URL is no client_id. */
  readonly documents?: DocumentFinder;
}

/**
 * The client of an identifier, whatever its standing: from its document when the identifier is a URL, or else from the store.
 * A framework's query may hold a list or nothing where a text is expected, and that is no client.
 */
export function* resolveClient(
  clientId: string,
  { store, documents }: ClientResolution,
): Steps<Result<RegisteredClient, ClientResolutionFailure>> {
  if (typeof (clientId as unknown) !== "string") return err({ kind: "unknown_client" });
  if (documents && isClientIdUrl(clientId)) return yield* wait(documents.find(clientId));
  try {
    const client = yield* wait(store.findClient(clientId));
    return client ? ok(client) : err({ kind: "unknown_client" });
  } catch (cause) {
    return err({ kind: "unavailable", cause });
  }
}
