import type { ClientMetadata } from "./client-metadata.js";
import type { SupportedMetadata } from "./supported-metadata.js";

/** Metadata in which what a flow needs to know has been said, by the client or by default. */
export type CompleteMetadata = ClientMetadata & {
  readonly token_endpoint_auth_method: string;
  readonly grant_types: readonly string[];
  readonly response_types: readonly string[];
};

/** The same while the metadata rules settle its members one after the other. `undefined` stands for a member that is left out. */
export type DraftMetadata = {
  -readonly [Member in keyof CompleteMetadata]: CompleteMetadata[Member];
};

/**
 * Says what the client left out. `response_types` is empty where no grant uses the authorization endpoint: the table of
 * section 2.1 pairs such grants with none. A client that does not say how it authenticates gets the specification's
 * default, or the first method of a server that does not have it.
 *
 * @see RFC 7591 section 2 https://www.rfc-editor.org/rfc/rfc7591#section-2
 */
export function applyDefaults(asked: ClientMetadata, supported: SupportedMetadata): DraftMetadata {
  const grant_types = asked.grant_types ?? ["authorization_code"];
  const methods = supported.token_endpoint_auth_methods_supported;
  const defaultMethod = methods.includes("client_secret_basic") ? "client_secret_basic" : methods[0];
  return {
    ...asked,
    token_endpoint_auth_method: asked.token_endpoint_auth_method ?? defaultMethod ?? "client_secret_basic",
    grant_types,
    response_types: asked.response_types ?? (grant_types.includes("authorization_code") ? ["code"] : []),
  };
}
