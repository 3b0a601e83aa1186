import type { LedgerWarning } from "../consent-ledger/compare-consent.js";
import type { TrustTier } from "../store/records.js";

/** A short heading, and one or two sentences. */
export interface TitledText {
  /** The heading, without a full stop. */
  readonly title: string;
  /** The sentences. */
  readonly text: string;
}

/** A member of a client's metadata that the consent page shows. */
export type LabelledMember =
  | "client_name"
  | "organization_name"
  | "description"
  | "client_uri"
  | "organization_uri"
  | "information_uri"
  | "contacts"
  | "tos_uri"
  | "policy_uri";

/** A page that ends a request. */
export type ErrorPageText =
  "unknown_client" | "not_allowed" | "unknown_redirect_uri" | "page_expired" | "unavailable";

/** All texts of the pages in one language. A text with a placeholder such as `{host}` must contain it. */
export interface PageTexts {
  /** The direction of its script. */
  readonly direction: "ltr" | "rtl";
  /** The heading of the consent page: a question. */
  readonly heading: string;
  /** `{account}` is the account that is signed in. */
  readonly account: string;
  /** The label above the destination. */
  readonly goesTo: string;
  /** The destination if the redirect URI has a loopback address. */
  readonly loopbackDestination: string;
  /** The destination if the redirect URI has a private-use scheme. */
  readonly privateUseDestination: string;
  /** Below it. `{scheme}` is the scheme with its colon. */
  readonly privateUseLinks: string;
  /** How far the operator trusts the client. */
  readonly tiers: Readonly<Record<TrustTier, TitledText>>;
  /** `{domain}` has confirmed the client since `{date}`. */
  readonly domainSince: string;
  /** The heading of the warnings. */
  readonly warningsHeading: string;
  /** The warnings. `private_use_scheme` has `{scheme}`, `other_host` has `{host}` and `{destination}`. */
  readonly warnings: Readonly<Record<LedgerWarning, TitledText>>;
  /** The heading of what a trusted software statement says about the client. */
  readonly verifiedHeading: string;
  /** The heading of what the client says about itself, with the note that it is not verified. */
  readonly claimed: TitledText;
  /** Shown beside a verified fact. */
  readonly verified: string;
  /** Shown beside a claim. */
  readonly notVerified: string;
  /** The labels of the members. */
  readonly members: Readonly<Record<LabelledMember, string>>;
  /** In place of a missing name. */
  readonly noName: string;
  /** The label of the host at which a client publishes its metadata. */
  readonly publishedAt: string;
  /** The heading of the scopes. */
  readonly scopesHeading: string;
  /** In place of the scopes, where there are none. */
  readonly noScopes: string;
  /** Shown beside a scope that the user has not allowed before. */
  readonly newScope: string;
  /** Above scopes that the user may uncheck. */
  readonly chooseScopes: string;
  /** The button that allows. */
  readonly allow: string;
  /** The button that denies. */
  readonly deny: string;
  /** The pages that end a request. */
  readonly errors: Readonly<Record<ErrorPageText, TitledText>>;
  /** The page in place of a redirect to an application that the user did not ask for. */
  readonly refused: TitledText;
  /** Its link. */
  readonly goBack: string;
}
