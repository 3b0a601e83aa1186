import { baseName } from "../client-metadata/language-tag.js";
import type { ConsentView, ShownMember } from "../consent/consent-view.js";
import { nearestLanguage } from "./choose-language.js";
import { html, type Html } from "./html.js";
import { ICONS } from "./icons.js";
import type { LedgerWarning } from "../consent-ledger/compare-consent.js";
import type { LabelledMember, PageTexts } from "./page-texts.js";
import { isolated, shownText } from "./shown-text.js";

/** What a consent page needs of a view: that of the registration, or that of the ledger. */
export type AnyConsentView = Omit<ConsentView, "warnings"> & {
  /** The warnings to show. */
  readonly warnings: readonly LedgerWarning[];
  /** The scopes that the ledger does not know of this user. */
  readonly newScopes?: readonly string[];
};

/** How many characters of a member are shown. */
const MOST_SHOWN: Readonly<Record<LabelledMember, number>> = {
  client_name: 80,
  organization_name: 80,
  description: 240,
  client_uri: 120,
  organization_uri: 120,
  information_uri: 120,
  contacts: 120,
  tos_uri: 120,
  policy_uri: 120,
};

/** What a verified statement says of the client, and what it says of itself: never in one list. */
export function shownClient(view: AnyConsentView, language: string, texts: PageTexts): Html {
  const members = membersIn(language, view.members);
  const verified = members.filter(({ isVerified }) => isVerified);
  const claimed = members.filter(({ isVerified }) => !isVerified);
  const hasName = members.some(({ member }) => baseName(member) === "client_name");
  const good = html`<span class="tag good">${ICONS.check}${texts.verified}</span>`;
  const unchecked = html`<span class="tag">${texts.notVerified}</span>`;
  const facts = (list: readonly ShownMember[], tag: Html) =>
    list.map((member) => fact(member, view, texts, tag));
  const verifiedFacts =
    verified.length > 0 &&
    html`<section class="facts" aria-labelledby="verified">
      <h2 id="verified">${texts.verifiedHeading}</h2>
      <dl>${facts(verified, good)}</dl>
    </section>`;
  return html`${verifiedFacts}
    <section class="facts" aria-labelledby="claimed">
      <h2 id="claimed">${texts.claimed.title}</h2>
      <p class="muted">${texts.claimed.text}</p>
      <dl>
        ${
          !hasName &&
          html`<dt>${texts.members.client_name}</dt>
            <dd>${texts.noName}</dd>`
        }${facts(claimed, unchecked)}
      </dl>
    </section>`;
}

/**
 * Each member once, in the order of the labels: a verified one if there is one, in the language of the page, or without a language
 * tag, or else the first.
 */
function membersIn(language: string, members: readonly ShownMember[]): readonly ShownMember[] {
  return (Object.keys(MOST_SHOWN) as LabelledMember[]).flatMap((name): ShownMember[] => {
    const all = members.filter(({ member }) => baseName(member) === name);
    const verified = all.filter(({ isVerified }) => isVerified);
    const ofName = verified.length > 0 ? verified : all;
    const tags = ofName.map(({ member }) => member.slice(name.length + 1)).filter((tag) => tag !== "");
    const tag = nearestLanguage(language, tags);
    const best =
      ofName.find(({ member }) => tag !== undefined && member === `${name}#${tag}`) ??
      ofName.find(({ member }) => member === name) ??
      ofName[0];
    return best && shownValue(best) !== "" ? [best] : [];
  });
}

function shownValue({ member, value }: ShownMember): string {
  const text = Array.isArray(value)
    ? value.filter((one): one is string => typeof one === "string").join(", ")
    : value;
  return typeof text === "string" ? shownText(text, MOST_SHOWN[baseName(member) as LabelledMember]) : "";
}

function fact(member: ShownMember, view: AnyConsentView, texts: PageTexts, tag: Html): Html {
  const name = baseName(member.member) as LabelledMember;
  const text = shownValue(member);
  const isName = name === "client_name" || name === "organization_name";
  const quoted = isName && !member.isVerified ? html`<q>${isolated(text)}</q>` : isolated(text);
  const url = linkOf(member, view);
  const shown =
    url === undefined
      ? quoted
      : html`<a href="${url}" target="_blank" rel="noopener noreferrer nofollow">${quoted}</a>`;
  return html`<dt>${texts.members[name]}</dt>
    <dd>${shown}${isName && html` ${tag}`}</dd>`;
}

/** A link only where it leads to whom the user knows already by this page: the destination, a domain of the client, or verified. */
function linkOf({ value, isVerified }: ShownMember, view: AnyConsentView): string | undefined {
  if (typeof value !== "string" || !value.startsWith("https://") || !URL.canParse(value)) return undefined;
  const { href, hostname, host, username, password } = new URL(value);
  if (username !== "" || password !== "") return undefined;
  const { redirect, clientIdHost, domains } = view;
  const isKnown =
    isVerified ||
    (redirect.kind === "https" && hostname === redirect.destination) ||
    host === clientIdHost ||
    domains.some(({ domain }) => domain === hostname);
  return isKnown ? href : undefined;
}
