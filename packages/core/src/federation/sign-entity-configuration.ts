import {
  serverMetadataDocument,
  type CompleteServerMetadata,
} from "../discovery/authorization-server-metadata.js";
import { isOpenIdProvider } from "../discovery/well-known-paths.js";
import { nowSeconds, type Clock } from "../lib/clock.js";
import type { JsonObject } from "../lib/json.js";
import type { EntityConfigurationRules } from "./entity-configuration.js";
import type { SignAsEntity } from "./federation-key.js";

/** How much of its life a statement has at most when it is handed out. */
const HANDED_OUT = 0.9;

/**
 * Makes the entity configuration of this server, signed when somebody asks for it, and anew when a tenth of its life is left.
 * The server is published as `oauth_authorization_server`, and as `openid_provider` too if its document is that of one.
 *
 * @see OpenID Federation 1.0 section 3 https://openid.net/specs/openid-federation-1_0.html#section-3
 */
export function ownConfiguration(
  serverMetadata: CompleteServerMetadata,
  { authorityHints, federationEntity, keys, lifetimeSeconds }: EntityConfigurationRules,
  signer: () => Promise<SignAsEntity>,
  clock: Clock,
): () => Promise<string> {
  const { issuer } = serverMetadata;
  const document = withoutNull(JSON.parse(serverMetadataDocument(serverMetadata)) as JsonObject);
  const metadata = {
    ...(federationEntity && { federation_entity: federationEntity }),
    ...(isOpenIdProvider(serverMetadata) && { openid_provider: document }),
    oauth_authorization_server: document,
  };
  let last: { readonly token: Promise<string>; readonly issuedAt: number } | undefined;

  async function sign(issuedAt: number): Promise<string> {
    const signAsEntity = await signer();
    return signAsEntity("entity-statement+jwt", {
      iss: issuer,
      sub: issuer,
      iat: issuedAt,
      exp: issuedAt + lifetimeSeconds,
      jwks: { keys },
      authority_hints: authorityHints,
      metadata,
    });
  }

  return () => {
    const issuedAt = nowSeconds(clock);
    const age = issuedAt - (last?.issuedAt ?? -Infinity);
    // With a clock that was put back the last one is of the future.
    if (last && age >= 0 && age < lifetimeSeconds * HANDED_OUT) return last.token;
    const token = sign(issuedAt);
    last = { token, issuedAt };
    token.catch(() => (last = undefined));
    return token;
  };
}

/** No metadata parameter may be `null`. */
function withoutNull(document: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== null));
}
