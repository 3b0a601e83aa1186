import { filledList, admissionRuleList, oneOf, onOff, spacedList, text } from "../setting-types.js";
import type { Setting } from "./setting.js";

/** Who may register, and what a client may have. */
export const REGISTRATION_SETTINGS = {
  preset: {
    env: "OAUTH_DCR_PRESET",
    value: "NAME",
    default: "mcp",
    says: "mcp, web-confidential, token-gated or open-native (mail, contacts and calendars)",
    type: oneOf("mcp", "web-confidential", "token-gated", "open-native"),
  },
  scopes: {
    env: "OAUTH_DCR_SCOPES",
    value: "LIST",
    default: "tools:read tools:execute",
    says: "scopes that clients can have, separated by spaces; with --preset open-native the default is the scopes of its profile",
    type: filledList("scopes"),
  },
  "authorization-endpoint": {
    env: "OAUTH_DCR_AUTHORIZATION_ENDPOINT",
    value: "URL",
    default: "",
    says: "your server's authorization endpoint; the metadata publishes it",
    type: text("a URL"),
  },
  "token-endpoint": {
    env: "OAUTH_DCR_TOKEN_ENDPOINT",
    value: "URL",
    default: "",
    says: "your server's token endpoint; the metadata publishes it",
    type: text("a URL"),
  },
  "token-endpoint-auth-methods": {
    env: "OAUTH_DCR_TOKEN_ENDPOINT_AUTH_METHODS",
    value: "LIST",
    default: "those of --preset",
    says: "how clients authenticate at your token endpoint, separated by spaces: none, client_secret_basic, client_secret_post, private_key_jwt, tls_client_auth, self_signed_tls_client_auth",
    type: spacedList("methods"),
  },
  idempotent: {
    env: "OAUTH_DCR_IDEMPOTENT",
    value: "[on/off]",
    default: "on for mcp and open-native, else off",
    says: "whether a public client that registers the same metadata again gets its existing client",
    type: onOff,
  },
  hold: {
    env: "OAUTH_DCR_HOLD",
    value: "[on/off]",
    default: "off",
    says: "whether open registrations await approval, by the policy hold_for_approval",
    type: onOff,
  },
  "client-id-metadata-documents": {
    env: "OAUTH_DCR_CLIENT_ID_METADATA_DOCUMENTS",
    value: "[on/off]",
    default: "off",
    says: "whether the https URL of a client's metadata may be its client_id",
    type: onOff,
  },
  "document-admission": {
    env: "OAUTH_DCR_DOCUMENT_ADMISSION",
    value: "LIST",
    default: "allow:*, or hold:* with --hold on",
    says: "rules for these clients, as ACTION:MATCH, separated by spaces; ACTION is allow, block or hold; MATCH is *, a host, *.host, an https URL, or a URL that ends with /*; the first match decides, and the last must match *",
    type: admissionRuleList,
  },
  "private-document-urls": {
    env: "OAUTH_DCR_PRIVATE_DOCUMENT_URLS",
    value: "LIST",
    default: "",
    says: "exact URLs of metadata documents that may be in a private network, separated by spaces",
    type: spacedList("exact https URLs"),
  },
} as const satisfies Record<string, Setting>;
