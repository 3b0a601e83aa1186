import { createHash, randomBytes } from "node:crypto";
import { Browser } from "./browser.js";

export interface ServerMetadata {
  readonly issuer: string;
  readonly registration_endpoint: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
}

export interface Registered {
  readonly client_id: string;
  readonly client_secret?: string;
  readonly registration_client_uri?: string;
  readonly registration_access_token?: string;
  readonly redirect_uris: readonly string[];
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

export async function discover(origin: string): Promise<ServerMetadata> {
  const answer = await fetch(`${origin}/.well-known/oauth-authorization-server`);
  return (await answer.json()) as ServerMetadata;
}

export async function register(server: ServerMetadata, metadata: object): Promise<Registered> {
  const answer = await fetch(server.registration_endpoint, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(metadata),
  });
  if (answer.status !== 201) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Registered;
}

export interface Authorization {
  readonly url: URL;
  readonly verifier: string;
  readonly redirectUri: string;
}

/** An authorization request with PKCE. */
export function authorizationOf(
  server: ServerMetadata,
  clientId: string,
  redirectUri: string,
  more: Record<string, string> = {},
): Authorization {
  const verifier = randomBytes(32).toString("base64url");
  const url = new URL(server.authorization_endpoint);
  const parameters = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    state: randomBytes(8).toString("hex"),
    ...more,
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url, verifier, redirectUri };
}

/** Asks the token endpoint as a client that has a secret does: by Basic; and without one by its identifier. */
export function askForTokens(
  server: ServerMetadata,
  client: Pick<Registered, "client_id" | "client_secret">,
  parameters: Record<string, string>,
): Promise<Response> {
  const { client_id: id, client_secret: secret } = client;
  const pair = `${encodeURIComponent(id)}:${encodeURIComponent(secret ?? "")}`;
  return fetch(server.token_endpoint, {
    method: "POST",
    headers: secret === undefined ? {} : { authorization: `Basic ${btoa(pair)}` },
    body: new URLSearchParams({ ...(secret === undefined && { client_id: id }), ...parameters }),
  });
}

/** The parameters that spend the code of an authorization, once a user has allowed it. */
export async function allowed(authorization: Authorization): Promise<Record<string, string>> {
  return codeIn(await new Browser().decide(authorization.url), authorization);
}

/** The parameters that spend the code which a browser was sent back with. */
export function codeIn(callback: URL, { url, verifier, redirectUri }: Authorization): Record<string, string> {
  const code = callback.searchParams.get("code");
  if (!callback.href.startsWith(redirectUri) || code === null) throw new Error(`no code: ${callback.href}`);
  if (callback.searchParams.get("state") !== url.searchParams.get("state")) throw new Error("another state");
  return { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: redirectUri };
}
