import type { JsonObject, JsonValue } from "../lib/json.js";

/**
 * What a client says about itself, or what was registered for it. Members keep their names on the wire; language
 * variants (`client_name#ja`) and extension members stand beside the named ones.
 *
 * @see RFC 7591 section 2 https://www.rfc-editor.org/rfc/rfc7591#section-2
 */
export interface ClientMetadata {
  readonly redirect_uris?: readonly string[];
  readonly token_endpoint_auth_method?: string;
  readonly grant_types?: readonly string[];
  readonly response_types?: readonly string[];
  readonly client_name?: string;
  readonly client_uri?: string;
  readonly logo_uri?: string;
  /** Scope tokens separated by single spaces. A client on record without it was granted none: never read it as all. */
  readonly scope?: string;
  readonly contacts?: readonly string[];
  readonly tos_uri?: string;
  readonly policy_uri?: string;
  readonly jwks_uri?: string;
  readonly jwks?: JsonObject;
  readonly software_id?: string;
  readonly software_version?: string;
  readonly application_type?: "web" | "native";
  readonly [member: string]: JsonValue | undefined;
}

declare const assessed: unique symbol;

/** Metadata that `assessClientMetadata` let through. Nothing else can make one, so no step can skip the rules. */
export type AssessedClientMetadata = ClientMetadata & {
  readonly token_endpoint_auth_method: string;
  readonly [assessed]: true;
};
