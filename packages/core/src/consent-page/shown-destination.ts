import { fill, html, type Html } from "./html.js";
import { ICONS } from "./icons.js";
import type { PageTexts } from "./page-texts.js";
import type { AnyConsentView } from "./shown-client.js";
import type { LedgerWarning } from "../consent-ledger/compare-consent.js";
import { bothEnds, isolated } from "./shown-text.js";

/** From here on a host is written smaller, so that the warnings below it stay in sight. */
const LONG_DESTINATION = 32;

/** Where the access goes, in one line of plain text. */
export function destinationText({ redirect, warnings }: AnyConsentView, texts: PageTexts): string {
  if (warnings.includes("loopback")) return texts.loopbackDestination;
  return redirect.kind === "private_use" ? texts.privateUseDestination : redirect.destination;
}

/** Where the access goes, and how far the operator trusts who is there. */
export function shownDestination(
  view: AnyConsentView,
  language: string,
  texts: PageTexts,
  logo: string | undefined,
): Html {
  const { redirect, clientIdHost, tier, domains, warnings } = view;
  const isLoopback = warnings.includes("loopback");
  const text = destinationText(view, texts);
  const isLong = text === redirect.destination && text.length > LONG_DESTINATION;
  const code = shownScheme(view);
  const tierTag =
    tier === "unknown"
      ? html`<span class="tag">${ICONS.question}${texts.tiers[tier].title}</span>`
      : html`<span class="tag good">${ICONS.check}${texts.tiers[tier].title}</span>`;
  const date = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
  return html`<section class="to" aria-labelledby="to">
    <div>
      <h2 id="to">${texts.goesTo}</h2>
      <p class="destination${isLong && " long"}" id="destination">${isolated(text)}</p>
      ${isLoopback && html`<p class="muted">${code}</p>`}
      ${!isLoopback && redirect.kind === "private_use" && html`<p class="muted">${fill(texts.privateUseLinks, { scheme: code })}</p>`}
      ${clientIdHost !== undefined && html`<p class="muted">${texts.publishedAt} ${isolated(clientIdHost)}</p>`}
      <div class="tier">
        <p>${tierTag}</p>
        ${!(tier === "domain_verified" && domains.length > 0) && html`<p>${texts.tiers[tier].text}</p>`}
        ${
          domains.length > 0 &&
          html`<ul class="muted">
            ${domains.map(
              ({ domain, verifiedAt }) =>
                html`<li>
                  ${fill(texts.domainSince, {
                    domain: isolated(domain),
                    date: date.format(verifiedAt * 1000),
                  })}
                </li>`,
            )}
          </ul>`
        }
      </div>
    </div>
    ${logo !== undefined && html`<img src="${logo}" alt="" width="48" height="48" />`}
  </section>`;
}

/** The scheme of an app, or the address of a program. A scheme may be as long as its URI: it must not push the warnings away. */
function shownScheme({ redirect }: AnyConsentView): Html {
  return html`<code>${isolated(bothEnds(redirect.destination))}</code>`;
}

/** The warnings, the gravest first. `true`: a sign of deceit, and not a risk alone. */
const GRAVITY: Readonly<Record<LedgerWarning, boolean>> = {
  look_alike_host: true,
  look_alike_name: true,
  new_destination: true,
  other_host: true,
  loopback: false,
  private_use_scheme: false,
  scopes_widened: false,
};

/** Whether one of the warnings is a sign of deceit. */
export function isGrave({ warnings }: AnyConsentView): boolean {
  return warnings.some((warning) => GRAVITY[warning]);
}

/** What to warn of, each in words. */
export function shownWarnings(view: AnyConsentView, texts: PageTexts): Html | undefined {
  const { warnings, redirect, clientIdHost = "" } = view;
  if (warnings.length === 0) return undefined;
  const values = {
    scheme: shownScheme(view),
    host: html`<strong>${isolated(clientIdHost)}</strong>`,
    destination: html`<strong>${isolated(redirect.destination)}</strong>`,
  };
  const ordered = (Object.keys(GRAVITY) as LedgerWarning[]).filter((warning) => warnings.includes(warning));
  return html`<section class="warnings" aria-labelledby="warnings">
    <h2 id="warnings">${texts.warningsHeading}</h2>
    <ul id="warning-list">
      ${ordered.map(
        (warning) =>
          html`<li class="${GRAVITY[warning] ? "danger" : "caution"}">
            ${ICONS.alert}
            <div>
              <h3>${texts.warnings[warning].title}</h3>
              <p>${fill(texts.warnings[warning].text, values)}</p>
            </div>
          </li> `,
      )}
    </ul>
  </section>`;
}
