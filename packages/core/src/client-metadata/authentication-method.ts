/** The methods of RFC 7591 section 2 in which a client shows a secret that can be kept as a hash. */
const SECRET_METHODS: ReadonlySet<string> = new Set(["client_secret_basic", "client_secret_post"]);

/** Whether a client that authenticates so is issued a secret. */
export function usesClientSecret(tokenEndpointAuthMethod: string): boolean {
  return SECRET_METHODS.has(tokenEndpointAuthMethod);
}

/** Whether a client that authenticates so has to give its keys: RFC 7523 section 2.2, RFC 8705 section 2.2.2. */
export function needsClientKeys(tokenEndpointAuthMethod: string): boolean {
  return (
    tokenEndpointAuthMethod === "private_key_jwt" || tokenEndpointAuthMethod === "self_signed_tls_client_auth"
  );
}
