import type { JsonValue } from "../lib/json.js";
import { ALGORITHM_MEMBERS, ENCRYPTION_MEMBERS } from "./algorithm-members.js";
import type { ClientMetadata } from "./client-metadata.js";
import type { OptionalSupportedList } from "./supported-metadata.js";

/** A member with one value, and the list in which client and server alike say which values they support. */
export interface Choice {
  readonly member: string;
  readonly list: OptionalSupportedList | "token_endpoint_auth_methods_supported";
  /** Whether a value is chosen for a client that lists several and names none. */
  readonly choosesForSilent: (asked: ClientMetadata, isPublished: boolean) => boolean;
}

/** Something is used in any case, and the server says what it has. */
const ofWhatIsUsed =
  (list: Choice["list"]) =>
  (member: string): Choice => ({ member, list, choosesForSilent: (_, isPublished) => isPublished });

/** To choose would be to switch something on: who says which encryption it can read has not asked for encryption. */
const ofWhatIsAskedFor =
  (list: Choice["list"]) =>
  (member: string): Choice => ({ member, list, choosesForSilent: () => false });

/** An `enc` is used where there is an `alg`. */
const ofContentEncryption =
  (list: Choice["list"]) =>
  (member: string): Choice => {
    const alg = [...ENCRYPTION_MEMBERS].find(([, enc]) => enc === member)?.[0] ?? "";
    return { member, list, choosesForSilent: (asked) => asked[alg] !== undefined };
  };

export const AUTHENTICATION_METHOD: Choice = ofWhatIsUsed("token_endpoint_auth_methods_supported")(
  "token_endpoint_auth_method",
);

/**
 * The other pairs, in the order in which they are settled: an `enc` after its `alg`.
 *
 * @see OpenID Connect RP Metadata Choices section 2 https://openid.net/specs/openid-connect-rp-metadata-choices-1_0.html
 */
export const CHOICES: readonly Choice[] = [
  ofWhatIsUsed("subject_types_supported")("subject_type"),
  ofWhatIsUsed("id_token_signing_alg_values_supported")("id_token_signed_response_alg"),
  ofWhatIsAskedFor("id_token_encryption_alg_values_supported")("id_token_encrypted_response_alg"),
  ofContentEncryption("id_token_encryption_enc_values_supported")("id_token_encrypted_response_enc"),
  ofWhatIsAskedFor("userinfo_signing_alg_values_supported")("userinfo_signed_response_alg"),
  ofWhatIsAskedFor("userinfo_encryption_alg_values_supported")("userinfo_encrypted_response_alg"),
  ofContentEncryption("userinfo_encryption_enc_values_supported")("userinfo_encrypted_response_enc"),
  ofWhatIsAskedFor("request_object_signing_alg_values_supported")("request_object_signing_alg"),
  ofWhatIsAskedFor("request_object_encryption_alg_values_supported")("request_object_encryption_alg"),
  ofContentEncryption("request_object_encryption_enc_values_supported")("request_object_encryption_enc"),
  ofWhatIsAskedFor("token_endpoint_auth_signing_alg_values_supported")("token_endpoint_auth_signing_alg"),
  ofWhatIsAskedFor("authorization_signing_alg_values_supported")("authorization_signed_response_alg"),
  ofWhatIsAskedFor("authorization_encryption_alg_values_supported")("authorization_encrypted_response_alg"),
  ofContentEncryption("authorization_encryption_enc_values_supported")(
    "authorization_encrypted_response_enc",
  ),
  ofWhatIsAskedFor("introspection_signing_alg_values_supported")("introspection_signed_response_alg"),
  ofWhatIsAskedFor("introspection_encryption_alg_values_supported")("introspection_encrypted_response_alg"),
  ofContentEncryption("introspection_encryption_enc_values_supported")(
    "introspection_encrypted_response_enc",
  ),
  ofWhatIsAskedFor("backchannel_authentication_request_signing_alg_values_supported")(
    "backchannel_authentication_request_signing_alg",
  ),
  // A client has no such list of its own.
  ofWhatIsAskedFor("backchannel_token_delivery_modes_supported")("backchannel_token_delivery_mode"),
];

/** The members that a choice or an algorithm is about. A body with none of them has nothing to settle there. */
export const CHOICE_MEMBERS: ReadonlySet<string> = new Set([
  ...CHOICES.flatMap(({ member, list }) => [member, list]),
  ...ALGORITHM_MEMBERS,
]);

/** The lists that a client sent, by name. They are input alone and are never registered. */
export type OfferedChoices = ReadonlyMap<string, JsonValue>;
