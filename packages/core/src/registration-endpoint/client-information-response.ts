import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import type { MetadataMember } from "../client-metadata/members.js";
import type { JsonValue } from "../json.js";
import type { RegisteredClient } from "../store/registration-store.js";

/**
 * The body of a successful answer: all that was registered, and what the server assigned.
 * @see RFC 7591 section 3.2.1 https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1
 */
export type ClientInformationResponse = ClientMetadata & {
  readonly client_id: string;
  /** Seconds since the epoch. */
  readonly client_id_issued_at: number;
  readonly client_secret?: string;
  /** Seconds since the epoch, 0 for never; there exactly when there is a secret. */
  readonly client_secret_expires_at?: number;
};

/**
 * Builds the answer from the record by allow-list: a member that the table does not know is never shown, whatever a
 * store put beside it.
 *
 * @see RFC 7591 section 3.2.1 https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1
 */
export function clientInformationResponse(
  client: RegisteredClient,
  clientSecret: string | undefined,
  members: ReadonlyMap<string, MetadataMember>,
): ClientInformationResponse {
  const metadata: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(client.metadata)) {
    const [base = ""] = name.split("#", 1);
    if (value !== undefined && members.has(base)) metadata[name] = value;
  }
  return {
    ...metadata,
    client_id: client.clientId,
    client_id_issued_at: client.clientIdIssuedAt,
    ...(clientSecret !== undefined && {
      client_secret: clientSecret,
      client_secret_expires_at: client.clientSecretExpiresAt ?? 0,
    }),
  };
}
