import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import type { ClientMetadataRules } from "../client-metadata/assess-client-metadata.js";
import { baseName } from "../client-metadata/language-tag.js";
import type { JsonValue } from "../lib/json.js";
import type { RegisteredClient } from "../store/records.js";
import type { TrustRules } from "../trust/trust-rules.js";

/**
 * The body of a successful answer: all that was registered, and what the server assigned.
 * @see RFC 7591 section 3.2.1 https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1
 * @see RFC 7592 section 3 https://www.rfc-editor.org/rfc/rfc7592#section-3
 */
export type ClientInformationResponse = ClientMetadata & {
  readonly client_id: string;
  /** Seconds since the epoch. */
  readonly client_id_issued_at: number;
  readonly client_secret?: string;
  /** Seconds since the epoch, 0 for never; there while the client has a secret, whether this answer shows it or not. */
  readonly client_secret_expires_at?: number;
  readonly software_statement?: string;
  /** There together with `registration_client_uri`, or neither is. */
  readonly registration_access_token?: string;
  readonly registration_client_uri?: string;
};

/** What the record does not hold in clear, and this answer may show. */
export interface ShownCredentials {
  readonly clientSecret?: string | undefined;
  readonly registrationAccessToken?: string | undefined;
}

export interface ResponseConfig {
  readonly rules: Pick<ClientMetadataRules, "members">;
  /** Missing: every client may have what it was registered with. */
  readonly trust?: TrustRules;
  /**
   * The URL of a client's configuration endpoint. Missing where clients cannot manage themselves.
   * @see RFC 7592 Appendix B https://www.rfc-editor.org/rfc/rfc7592#appendix-B
   */
  readonly registrationClientUri?: (clientId: string) => string;
}

/**
 * Builds the answer from the record by an allow-list: a member that the table of members does not have is never shown,
 * even if a store added it.
 *
 * @see RFC 7591 section 3.2.1 https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1
 */
export function clientInformationResponse(
  client: RegisteredClient,
  { clientSecret, registrationAccessToken }: ShownCredentials,
  { rules, trust, registrationClientUri }: ResponseConfig,
): ClientInformationResponse {
  const { metadata } = trust ? trust.bounded(client) : client;
  const response: Record<string, JsonValue> = {};
  for (const name of Object.keys(metadata)) {
    const value = metadata[name];
    if (value !== undefined && rules.members.has(baseName(name))) response[name] = value;
  }
  // Written last: no metadata can stand in the place of what the server assigns.
  if (client.softwareStatement !== undefined) response["software_statement"] = client.softwareStatement;
  response["client_id"] = client.clientId;
  response["client_id_issued_at"] = client.clientIdIssuedAt;
  if (clientSecret !== undefined) response["client_secret"] = clientSecret;
  if (clientSecret !== undefined || client.clientSecretHash !== undefined) {
    response["client_secret_expires_at"] = client.clientSecretExpiresAt ?? 0;
  }
  if (registrationClientUri && registrationAccessToken !== undefined) {
    response["registration_access_token"] = registrationAccessToken;
    response["registration_client_uri"] = registrationClientUri(client.clientId);
  }
  return response as ClientInformationResponse;
}
