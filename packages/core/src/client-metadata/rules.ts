import { DOCUMENT_RULES } from "./document-rules.js";
import { NEIGHBOUR_RULES } from "./neighbour-rules.js";
import type { RuleText } from "./rule-text.js";
import { URI_RULES } from "./uri-rules.js";

const RFC = "https://www.rfc-editor.org/rfc/rfc";
const RFC7591 = (section: string) => `${RFC}7591#section-${section}`;
const RFC7592 = (section: string) => `${RFC}7592#section-${section}`;
const RFC7517 = (section: string) => `${RFC}7517#section-${section}`;
const OIDC_REGISTRATION = "https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata";

export const RULES = {
  ...URI_RULES,
  "metadata.type": {
    says: "has the wrong JSON type: a list is written with brackets, a text without",
    specification: RFC7591("2"),
  },
  "metadata.text": {
    says: "must not contain control, bidirectional or unpaired surrogate characters",
    specification: RFC7591("2"),
  },
  "metadata.length": { says: "is longer than this server allows", specification: RFC7591("3.2.2") },
  "metadata.count": { says: "has more values than this server allows", specification: RFC7591("3.2.2") },
  "metadata.too_large": {
    says: "does not fit into a client_id of this server, which holds it: leave members out or shorten them",
    specification: `${RFC}7591#appendix-A.5`,
  },
  "metadata.not_approvable": {
    says: "would have to be approved by somebody, which this server has no way to do",
    specification: RFC7591("3.2.2"),
  },
  "metadata.token": {
    says: "must be printable ASCII without spaces, quotes or backslashes",
    specification: RFC7591("4"),
  },
  "metadata.boolean": { says: "must be true or false", specification: RFC7591("2") },
  "metadata.seconds": {
    says: "must be a whole number of seconds, zero or more",
    specification: OIDC_REGISTRATION,
  },
  "metadata.choice": {
    says: "has a value that its specification does not define",
    specification: OIDC_REGISTRATION,
  },
  "metadata.object": {
    says: "must be a JSON object of plain values that is not nested too deeply",
    specification: RFC7591("2"),
  },
  "metadata.web_scheme": { says: "must be a web address with http or https", specification: RFC7591("2") },
  "metadata.local_address": {
    says: "must be at a public address, without a fragment: this server fetches it",
    specification: RFC7591("5"),
  },
  "metadata.https": { says: "must be a web address with https", specification: RFC7591("2") },
  "metadata.language_twice": { says: "is given twice for one language", specification: RFC7591("2.2") },
  "metadata.required": { says: "is required for the grant types asked for", specification: RFC7591("2") },
  "metadata.inconsistent": {
    says: "does not go with the grant types and response types asked for",
    specification: RFC7591("2.1"),
  },
  "metadata.unsupported": {
    says: "has a value that this server does not support; its discovery document lists what it does",
    specification: RFC7591("3.2.1"),
  },
  "metadata.nothing_left": {
    says: "leaves nothing that a client could start with on this server",
    specification: RFC7591("3.2.2"),
  },
  "metadata.not_for_web": {
    says: "is not for clients whose application_type is web",
    specification: OIDC_REGISTRATION,
  },
  "metadata.corrected": {
    says: "was corrected to agree with redirect_uris",
    specification: RFC7591("3.2.1"),
  },
  "metadata.empty": { says: "was empty and is taken as omitted", specification: RFC7591("2") },
  "metadata.unknown": {
    says: "is not registered client metadata and was ignored",
    specification: RFC7591("2"),
  },
  "metadata.server_assigned": {
    says: "is for the server to say and was ignored",
    specification: RFC7591("3.2.1"),
  },
  "metadata.input_only": {
    says: "was understood and is not registered",
    specification: "https://openid.net/specs/openid-connect-rp-metadata-choices-1_0.html",
  },

  "software_statement.required": {
    says: "must be there: this client needs a software statement",
    specification: RFC7591("2.3"),
  },
  "software_statement.type": { says: "must be a string", specification: RFC7591("2.3") },
  "software_statement.invalid": { says: "is not valid", specification: RFC7591("3.2.2") },
  "software_statement.unapproved": {
    says: "is not approved on this server",
    specification: RFC7591("3.2.2"),
  },
  "policy.refused": { says: "is refused by a policy of this server", specification: RFC7591("3.2.2") },
  "software_statement.unsupported": {
    says: "is not evaluated by this server and was ignored",
    specification: RFC7591("2.3"),
  },
  "client_update.forbidden_member": {
    says: "must not be in an update request",
    specification: RFC7592("2.2"),
  },
  "client_update.client_id": {
    says: "must be there and be the identifier of the client that is updated",
    specification: RFC7592("2.2"),
  },
  "client_update.client_secret": {
    says: "must be the secret of the client that is updated, or be left out",
    specification: RFC7592("2.2"),
  },
  "scope.syntax": {
    says: "must be scope tokens separated by spaces",
    specification: `${RFC}6749#section-3.3`,
  },
  "scope.unsupported": {
    says: "asks for a scope that this server does not offer",
    specification: RFC7591("2"),
  },

  "initial_access_token.redirect_host": {
    says: "has a host that the initial access token does not allow",
    specification: RFC7591("1.2"),
  },
  "initial_access_token.software_id": {
    says: "is not one that the initial access token allows",
    specification: RFC7591("1.2"),
  },
  "jwks.shape": { says: "must be a JWK Set: an object with a list of keys", specification: RFC7517("5") },
  "jwks.key_type": { says: "must be a key of type RSA, EC or OKP", specification: RFC7517("4.1") },
  "jwks.private_key": {
    says: "must not contain private or symmetric key material",
    specification: RFC7517("9.2"),
  },
  "jwks.public_member": {
    says: "lacks a public member of its key type, or has a member of the wrong form",
    specification: RFC7517("4"),
  },
  "jwks.with_jwks_uri": { says: "must not be given together with jwks_uri", specification: RFC7591("2") },
  "jwks.required": { says: "needs keys: give jwks or jwks_uri", specification: RFC7591("2") },

  ...NEIGHBOUR_RULES,
  ...DOCUMENT_RULES,
} satisfies Readonly<Record<string, RuleText>>;

/** What a finding may say, under a name that stays the same from release to release. */
export type Rule = keyof typeof RULES;
