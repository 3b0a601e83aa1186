import type { JsonObject, JsonValue } from "../lib/json.js";

/**
 * What a client says about itself, or what was registered for it. Members keep their names on the wire; language
 * variants (`client_name#ja`) and extension members stand beside the named ones.
 *
 * @see RFC 7591 section 2 https://www.rfc-editor.org/rfc/rfc7591#section-2
 */
export interface ClientMetadata {
  /** Where the authorization endpoint may send answers. */
  readonly redirect_uris?: readonly string[];
  /** How the client authenticates at the token endpoint; `none` for a public client. */
  readonly token_endpoint_auth_method?: string;
  /** The grant types that the client may use. */
  readonly grant_types?: readonly string[];
  /** The response types that the client may use. */
  readonly response_types?: readonly string[];
  /** The name that users are shown. It is the client's own word. */
  readonly client_name?: string;
  /** A web page about the client. */
  readonly client_uri?: string;
  /** A picture of the client. Never load it from a consent page. */
  readonly logo_uri?: string;
  /** Scope tokens separated by single spaces. A client on record without it was granted none: never read it as all. */
  readonly scope?: string;
  /** How to reach the people behind the client, such as mail addresses. */
  readonly contacts?: readonly string[];
  /** Its terms of service. */
  readonly tos_uri?: string;
  /** Its privacy policy. */
  readonly policy_uri?: string;
  /** Where its public keys are; never together with `jwks`. */
  readonly jwks_uri?: string;
  /** Its public keys, as a JWK Set. */
  readonly jwks?: JsonObject;
  /** Names the software; the same for all its instances. */
  readonly software_id?: string;
  /** The version of that software. */
  readonly software_version?: string;
  /** Whether it runs on a server (`web`) or on a user's device (`native`). */
  readonly application_type?: "web" | "native";
  readonly [member: string]: JsonValue | undefined;
}

declare const assessed: unique symbol;

/** Metadata that `assessClientMetadata` let through. Nothing else can make one, so no step can skip the rules. */
export type AssessedClientMetadata = ClientMetadata & {
  readonly token_endpoint_auth_method: string;
  readonly [assessed]: true;
};
