import type { RuleText } from "./rule-text.js";

const OPENID = "https://openid.net/specs/";
const REGISTRATION = `${OPENID}openid-connect-registration-1_0.html#ClientMetadata`;
const SECTOR_IDENTIFIER = `${OPENID}openid-connect-registration-1_0.html#SectorIdentifierValidation`;
const CIBA = `${OPENID}openid-client-initiated-backchannel-authentication-core-1_0.html#registration`;
const RFC8705 = "https://www.rfc-editor.org/rfc/rfc8705#section-2.1.2";
const ALGORITHMS = "https://www.rfc-editor.org/rfc/rfc7518";

/** The rules of the specifications beside RFC 7591 that client metadata can break. */
export const NEIGHBOUR_RULES = {
  "metadata.twice": { says: "is given twice", specification: REGISTRATION },
  "metadata.not_among_choices": {
    says: "has a value that is not in the list of supported values sent with it",
    specification: `${OPENID}openid-connect-rp-metadata-choices-1_0.html`,
  },
  "metadata.substituted": {
    says: "was replaced by one of the supported values sent with it",
    specification: `${OPENID}openid-connect-rp-metadata-choices-1_0.html`,
  },
  "metadata.this_machine": {
    says: "must not be on the local machine for a web client with the implicit grant",
    specification: REGISTRATION,
  },

  "algorithm.unknown": {
    says: "has an algorithm that is not registered for this use or that this server does not admit",
    specification: ALGORITHMS,
  },
  "algorithm.none": { says: "must not be none here", specification: REGISTRATION },
  "algorithm.symmetric": {
    says: "must be asymmetric: this server keeps only a hash of the client secret",
    specification: `${OPENID}openid-connect-core-1_0.html#SigEnc`,
  },
  "algorithm.enc_alone": {
    says: "needs the member that names the key management algorithm (alg) beside it",
    specification: REGISTRATION,
  },

  "sector_identifier_uri.required": {
    says: "is required for pairwise subjects unless all redirect_uris have one and the same host",
    specification: `${OPENID}openid-connect-core-1_0.html#PairwiseAlg`,
  },
  "sector_identifier_uri.unsupported": {
    says: "cannot be verified by this server, which fetches no documents",
    specification: SECTOR_IDENTIFIER,
  },
  "sector_identifier_uri.unreachable": { says: "could not be fetched", specification: SECTOR_IDENTIFIER },
  "sector_identifier_uri.document": {
    says: "does not lead to a JSON array of strings",
    specification: SECTOR_IDENTIFIER,
  },
  "sector_identifier_uri.redirect_uri_missing": {
    says: "leads to a document that does not list every one of redirect_uris",
    specification: SECTOR_IDENTIFIER,
  },

  "request_uris.fragment": {
    says: "may have no fragment but the SHA-256 hash of its content, in base64url without padding",
    specification: REGISTRATION,
  },
  "logout_uri.fragment": {
    says: "must not have a fragment, not even an empty one",
    specification: `${OPENID}openid-connect-backchannel-1_0.html#BCRegistration`,
  },
  "frontchannel_logout_uri.origin": {
    says: "must have the scheme, host and port of one of redirect_uris",
    specification: `${OPENID}openid-connect-frontchannel-1_0.html#RPLogout`,
  },

  "backchannel_authentication.delivery_mode": {
    says: "is required for backchannel authentication",
    specification: CIBA,
  },
  "backchannel_authentication.notification_endpoint": {
    says: "is required for the delivery modes ping and push",
    specification: CIBA,
  },
  "backchannel_authentication.grant_type": {
    says: "of poll or ping needs the grant type urn:openid:params:grant-type:ciba",
    specification: CIBA,
  },

  "tls_client_auth.subject_missing": {
    says: "of tls_client_auth needs one tls_client_auth member that names the certificate subject",
    specification: RFC8705,
  },
  "tls_client_auth.subject_twice": {
    says: "is a second name of the certificate subject; exactly one may be given",
    specification: RFC8705,
  },
  "tls_client_auth.subject_form": {
    says: "is not in the form that its specification gives such a name",
    specification: RFC8705,
  },
  "tls_client_auth.unused": {
    says: "is for the method tls_client_auth alone and was ignored",
    specification: RFC8705,
  },
} satisfies Readonly<Record<string, RuleText>>;

export type NeighbourRule = keyof typeof NEIGHBOUR_RULES;
