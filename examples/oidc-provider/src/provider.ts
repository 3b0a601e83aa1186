import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { ClientRegistration } from "@oauth-dcr/core";
import { returnPage } from "@oauth-dcr/core/consent-page";
import {
  interactionPolicy,
  Provider,
  type ClientAuthMethod,
  type Configuration,
  type KoaContextWithOIDC,
} from "oidc-provider";
import { clientSource, judgeByRegistration, RECORD, recordOf } from "./registered-clients.js";
import { pageFor } from "./pages.js";
import type { TokenStorage } from "./token-storage.js";

const { base, Check } = interactionPolicy;

/** Asks again whom the server wants to be asked about each time. */
function consentPolicy() {
  const policy = base();
  const isDue = new Check("required_consent", "this client needs consent each time", ({ oidc }) => {
    const isRequired = oidc.client !== undefined && recordOf(oidc.client).requirements.consent === true;
    return isRequired && !oidc.result?.consent ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
  });
  policy.get("consent")?.checks.add(isDue);
  return policy;
}

/** oidc-provider, with the server for its clients and without a registration of its own. */
export function oidcProvider(
  issuer: string,
  registration: ClientRegistration,
  tokens: TokenStorage,
): Provider {
  const published = registration.authorizationServerMetadata;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const configuration: Configuration = {
    adapter: (model) => (model === "Client" ? clientSource(registration) : tokens.adapter(model)),
    extraClientMetadata: { properties: [RECORD] },
    scopes: [...published.scopes_supported],
    responseTypes: ["code"],
    clientAuthMethods: published.token_endpoint_auth_methods_supported as ClientAuthMethod[],
    // What it does not know of itself; the rest of the document is its own.
    discovery: {
      registration_endpoint: published.registration_endpoint,
      client_id_metadata_document_supported: published["client_id_metadata_document_supported"] === true,
    },
    pkce: { required: (_ctx, client) => recordOf(client).requirements.pkce === true },
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed("refresh_token"),
    rotateRefreshToken: true,
    clientBasedCORS: () => true,
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: { policy: consentPolicy(), url: (_ctx, { uid }) => `/interaction/${uid}` },
    features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
    // Of this process alone: yours are kept.
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), alg: "RS256", use: "sig", kty: "RSA" }] },
    cookies: { keys: [randomBytes(32).toString("base64url")] },
    ttl: {
      ...{ AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600 },
      ...{ Session: 86_400, Grant: 30 * 86_400, RefreshToken: 30 * 86_400 },
    },
  };
  const provider = new Provider(issuer, configuration);
  judgeByRegistration(provider, registration);

  provider.use(async (ctx, next) => {
    await next();
    const { oidc } = ctx as Partial<KoaContextWithOIDC>;
    const location = ctx.response.get("location");
    // An answer that no user has seen, such as an error: no application is started by a stranger's link.
    if (oidc?.route !== "authorization" || !location || /^(?:https?:|\/)/i.test(location)) return;
    const page = returnPage(location, pageFor(ctx.req));
    ctx.remove("location");
    ctx.status = page.status;
    ctx.set(Object.fromEntries(page.headers));
    ctx.body = await page.text();
  });

  provider.use(async (ctx, next) => {
    await next();
    // Missing where no route of oidc-provider was met.
    const { oidc } = ctx as Partial<KoaContextWithOIDC>;
    if (oidc?.route !== "token" || ctx.status !== 200 || !oidc.client) return;
    // Renews the client, and tells whether it ended a moment ago.
    if ((await registration.recordClientUse(recordOf(oidc.client))) === "recorded") return;
    tokens.endAllOf(oidc.client.clientId);
    ctx.status = 401;
    ctx.body = { error: "invalid_client" };
  });
  return provider;
}
