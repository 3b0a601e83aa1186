import { parseStrictUri } from "../uri/strict-uri.js";

/** As long as the claims of a token may be. */
const MAX_LENGTH = 1024;

/**
 * Whether a text names an entity: an https URL without query and fragment.
 * @see OpenID Federation 1.0 section 1.2 https://openid.net/specs/openid-federation-1_0.html#section-1.2
 */
export function isEntityIdentifier(text: unknown): text is string {
  const parsed = typeof text === "string" ? parseStrictUri(text, MAX_LENGTH) : undefined;
  return parsed?.ok === true && parsed.value.scheme === "https" && !/[?#]/.test(parsed.value.raw);
}

/** The host of an entity identifier, in lower case and without a port. */
export function hostOf(entityId: string): string {
  return new URL(entityId).hostname;
}

/**
 * Where an entity publishes its entity configuration.
 * @see OpenID Federation 1.0 section 9 https://openid.net/specs/openid-federation-1_0.html#section-9
 */
export function entityConfigurationUrl(entityId: string): string {
  return `${entityId.replace(/\/$/, "")}/.well-known/openid-federation`;
}
