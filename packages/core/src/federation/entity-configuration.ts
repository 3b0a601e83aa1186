import type { JSONWebKeySet } from "jose";
import { publicKeys, publicPart, type PublicKey } from "../json-web-token/public-keys.js";
import { isJsonObject, type JsonObject } from "../lib/json.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import { isEntityIdentifier } from "./entity-identifier.js";
import type { SigningKey } from "./federation-key.js";

/** The entity configuration of this server in its federations. */
export interface EntityConfigurationOptions {
  /** The entity identifiers of the immediate superiors of this server. At least one. */
  readonly authorityHints: readonly string[];
  /** Metadata as `federation_entity`, such as `organization_name` and `contacts`. Default: none. */
  readonly federationEntity?: JsonObject;
  /**
   * Public keys to publish in addition to that of `signingKey`, each with its own `kid`. For a key rollover, publish the next key here
   * for one `lifetimeSeconds` before you sign with it, and the previous key for one `lifetimeSeconds` after. Default: none.
   */
  readonly otherKeys?: JSONWebKeySet;
  /** The lifetime of the signed statement in seconds, at least 3,600. Default 86,400, a day. Renewed when a tenth of it is left. */
  readonly lifetimeSeconds?: number;
}

/** The options with their defaults. */
export interface EntityConfigurationRules extends Omit<EntityConfigurationOptions, "otherKeys"> {
  readonly keys: readonly PublicKey[];
  readonly lifetimeSeconds: number;
}

/** @throws MisuseError for an option that is missing or makes no sense */
export function checkEntityConfiguration(
  options: EntityConfigurationOptions,
  signingKey: SigningKey,
): EntityConfigurationRules {
  requireKnownOptions("entityConfiguration", options, [
    "authorityHints",
    "federationEntity",
    "otherKeys",
    "lifetimeSeconds",
  ] satisfies (keyof EntityConfigurationOptions)[]);
  const { authorityHints, federationEntity, otherKeys = { keys: [] }, lifetimeSeconds = 86_400 } = options;
  const hints: unknown = authorityHints;
  requireThat(
    Array.isArray(hints) && hints.length > 0 && hints.every(isEntityIdentifier),
    "ERR_OPTION",
    "entityConfiguration.authorityHints: must be a list of at least one entity identifier, an https URL without query and fragment",
  );
  requireThat(
    federationEntity === undefined ||
      (isJsonObject(federationEntity) && !Object.values(federationEntity).includes(null)),
    "ERR_OPTION",
    "entityConfiguration.federationEntity: must be an object without null",
  );
  requirePositiveInteger(lifetimeSeconds, "ERR_OPTION", "entityConfiguration.lifetimeSeconds");
  requireThat(
    lifetimeSeconds >= 3600,
    "ERR_OPTION",
    "entityConfiguration.lifetimeSeconds: must be at least 3,600",
  );
  const { keys: others } = Object(otherKeys) as { readonly keys?: unknown };
  const keys = [publicPart(signingKey), ...(publicKeys(otherKeys) ?? [])];
  const kids = new Set(keys.map(({ kid = "" }) => kid));
  requireThat(
    Array.isArray(others) && keys.length === others.length + 1 && kids.size === keys.length && !kids.has(""),
    "ERR_SIGNING_KEY",
    "entityConfiguration.otherKeys: must be a JWK Set of public signature keys, each with a kid of its own",
  );
  return {
    authorityHints: [...authorityHints],
    ...(federationEntity && { federationEntity }),
    keys,
    lifetimeSeconds,
  };
}

/**
 * An entity configuration is of an entity below others: its issuer has to be an entity identifier, and none of its superiors.
 *
 * @throws MisuseError for another issuer
 */
export function requireSubordinate(issuer: string, { authorityHints }: EntityConfigurationRules): void {
  requireThat(
    isEntityIdentifier(issuer) && !authorityHints.includes(issuer),
    "ERR_OPTION",
    "entityConfiguration: the issuer must be an https URL, and not among the authorityHints",
  );
}
