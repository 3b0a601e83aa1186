import type { RuleText } from "./rule-text.js";

const DRAFT = "https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document";

/** What a Client ID Metadata Document can break beyond the rules of client metadata. */
export const DOCUMENT_RULES = {
  "document.url": {
    says: "must be an https URL with a path, and without a query, a fragment or userinfo",
    specification: `${DRAFT}#section-3`,
  },
  "document.host": {
    says: "has a host whose documents this server does not take",
    specification: `${DRAFT}#section-6.1`,
  },
  "document.fetch": {
    says: "must lead to a JSON document, with status 200 and without redirects",
    specification: `${DRAFT}#section-4`,
  },
  "document.json": { says: "must be a JSON object", specification: `${DRAFT}#section-4` },
  "document.client_id": {
    says: "must be the URL of the document, letter by letter",
    specification: `${DRAFT}#section-4.1`,
  },
  "document.secret": {
    says: "must not stand in a document that everybody can read",
    specification: `${DRAFT}#section-4.1`,
  },
  "document.shared_secret": {
    says: "must not be a method with a shared secret",
    specification: `${DRAFT}#section-4.1`,
  },
} satisfies Readonly<Record<string, RuleText>>;
