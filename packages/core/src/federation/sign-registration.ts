import { nowSeconds, type Clock } from "../lib/clock.js";
import type { ClientInformationResponse } from "../registration-endpoint/client-information-response.js";
import type { SignAsEntity } from "./federation-key.js";
import type { ResolvedEntity } from "./resolve-entity.js";

/** Signs the answer to an entity: the metadata that it is registered with, and until when. */
export type SignRegistration = (
  entity: ResolvedEntity,
  response: ClientInformationResponse,
  endsAt: number,
) => Promise<string>;

/**
 * Makes ready to sign answers. The promise is to be awaited before a client is stored: a key that cannot be imported must leave
 * nothing behind.
 *
 * @see OpenID Federation 1.0 section 12.2.3 https://openid.net/specs/openid-federation-1_0.html#section-12.2.3
 */
export function registrationSigner(
  issuer: string,
  signer: () => Promise<SignAsEntity>,
  clock: Clock,
): () => Promise<SignRegistration> {
  return async () => {
    const sign = await signer();
    return (entity, response, endsAt) =>
      sign("explicit-registration-response+jwt", {
        iss: issuer,
        sub: entity.entityId,
        aud: entity.entityId,
        iat: nowSeconds(clock),
        exp: endsAt,
        trust_anchor: entity.trustAnchor,
        authority_hints: [entity.superior],
        metadata: { [entity.entityType]: response },
      });
  };
}
