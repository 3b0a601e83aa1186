import type { ClientRegistration } from "@oauth-dcr/core";

/** One line to paste into a shell that registers a client. `TOKEN` stands for an initial access token. */
export function firstRegistration(
  { authorizationServerMetadata }: ClientRegistration,
  endpoint: string,
  isProtected: boolean,
): string {
  const methods = authorizationServerMetadata.token_endpoint_auth_methods_supported;
  const isPublic = methods.includes("none");
  const body = JSON.stringify({
    client_name: "My client",
    redirect_uris: [isPublic ? "http://127.0.0.1/callback" : "https://app.example/callback"],
    token_endpoint_auth_method: isPublic ? "none" : methods[0],
  });
  const authorization = isProtected ? " -H 'authorization: Bearer TOKEN'" : "";
  return `curl -i ${endpoint} -H 'content-type: application/json'${authorization} -d '${body}'`;
}
