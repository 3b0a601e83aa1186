import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import { fill, html, type Html } from "./html.js";
import { localPage, pageResponse, type LocalPage, type PageRequest } from "./html-page.js";
import { ICONS } from "./icons.js";
import { isLocalPath } from "./page-look.js";
import { shownClient, type AnyConsentView } from "./shown-client.js";
import { destinationText, isGrave, shownDestination, shownWarnings } from "./shown-destination.js";
import { isolated, shownText } from "./shown-text.js";

/** Options of `consentPage`. */
export interface ConsentPageOptions extends PageRequest {
  /** Where the form leads: a path on this server, such as `/consent`. The form is sent by POST, as a URL-encoded body. */
  readonly action: string;
  /** The scopes that the client asks for. */
  readonly scopes: readonly string[];
  /**
   * The scopes that the user may uncheck. The body of the form then has one `scope` for each that is still checked: see `allowedScopes`.
   * Default: none.
   */
  readonly optionalScopes?: readonly string[];
  /** Hidden fields of the form, such as the identifier of the request and a token against forged requests. */
  readonly fields?: Readonly<Record<string, string>>;
  /** The account that is signed in, as its owner knows it. Default: not shown. */
  readonly account?: string;
  /** The path of the client's logo on this server, as `pathFor` of `logoProxy` returns it for clients that you trust. Default: none. */
  readonly logo?: string | undefined;
}

/** Fields of the form that the page itself has. */
const OWN_FIELDS = ["decision", "scope"];

/**
 * The page that asks the user whether a client may have access. Its form sends `decision` with the value `allow` or `deny`, and your
 * `fields`. Show it only to the user that is signed in, and bind the fields to that user's session.
 *
 * The page has no script and loads nothing but images of this server. It shows the destination and the warnings before everything that
 * the client says about itself.
 *
 * @example
 * ```ts
 * import type { ClientRegistration, RegisteredClient } from "@oauth-dcr/core";
 * import { consentPage } from "@oauth-dcr/core/consent-page";
 * import { unknownClientPage } from "@oauth-dcr/core/http";
 *
 * declare const registration: ClientRegistration;
 *
 * function ask(request: Request, client: RegisteredClient, redirectUri: string, scopes: string[], ticket: string): Response {
 *   const view = registration.consentView(client, redirectUri);
 *   if (!view) return unknownClientPage({ kind: "redirect_uri" });
 *   const acceptLanguage = request.headers.get("accept-language");
 *   return consentPage(view, { action: "/consent", fields: { ticket }, scopes, acceptLanguage });
 * }
 * ```
 * @param view what `consentView` of the registration or of the ledger of consents returned
 * @throws MisuseError for an invalid option
 * @see RFC 6749 section 10.2 https://www.rfc-editor.org/rfc/rfc6749#section-10.2
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 */
export function consentPage(view: AnyConsentView, options: ConsentPageOptions): Response {
  requireConsentOptions(options);
  const { action, scopes, optionalScopes = [], fields = {}, account, logo } = options;
  const page = localPage(options);
  const { texts, language } = page;
  const destination = destinationText(view, texts);
  const describedBy = view.warnings.length > 0 ? "destination warning-list" : "destination";
  const main = html`<div>
      <h1>${texts.heading}</h1>
      ${account !== undefined && html`<p class="muted">${fill(texts.account, { account: isolated(shownText(account, 120)) })}</p>`}
    </div>
    ${shownDestination(view, language, texts, logo)} ${shownWarnings(view, texts)}
    ${shownClient(view, language, texts)}
    <form method="post" action="${action}">
      ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" /> `)}
      ${shownScopes(scopes, optionalScopes, view, page)}
      <div class="actions${isGrave(view) && " quiet"}">
        <button type="submit" name="decision" value="deny">${texts.deny}</button>
        <button type="submit" name="decision" value="allow" class="allow" aria-describedby="${describedBy}">
          ${texts.allow}
        </button>
      </div>
    </form>`;
  return pageResponse(page, { title: `${texts.heading} ${destination}`, main, hasForm: true });
}

/**
 * The scopes that the user left checked on a page with `optionalScopes`. Never more than the client asked for.
 *
 * @example
 * ```ts
 * import { allowedScopes } from "@oauth-dcr/core/consent-page";
 *
 * const form = new URLSearchParams("decision=allow&scope=files%3Aread");
 * const asked = { scopes: ["profile", "files:read", "files:write"], optionalScopes: ["files:read", "files:write"] };
 * const scopes = allowedScopes(form, asked); // ["profile", "files:read"]
 * ```
 */
export function allowedScopes(
  form: URLSearchParams,
  { scopes, optionalScopes = [] }: Pick<ConsentPageOptions, "scopes" | "optionalScopes">,
): readonly string[] {
  const left = form.getAll("scope");
  return scopes.filter((scope) => !optionalScopes.includes(scope) || left.includes(scope));
}

function shownScopes(
  scopes: readonly string[],
  optional: readonly string[],
  { warnings, newScopes = [] }: AnyConsentView,
  { look, language, texts }: LocalPage,
): Html {
  if (scopes.length === 0) return html`<p class="scopes">${texts.noScopes}</p>`;
  // All are new to a user who has allowed nothing before: then the word says nothing.
  const isNew = (scope: string) => warnings.includes("scopes_widened") && newScopes.includes(scope);
  const item = (scope: string) => {
    const described = look.scopeDescriptions.get(scope);
    const text =
      described?.get(language) ??
      described?.get("*") ??
      described?.get(look.defaultLanguage) ??
      [...(described?.values() ?? [])][0];
    const name = shownText(scope, 200);
    const shown = html`<span
      >${text ?? name}${isNew(scope) && html` <span class="tag new">${texts.newScope}</span>`}${text !== undefined && html`<code>${name}</code>`}</span
    >`;
    return optional.includes(scope)
      ? html`<li>
          <label><input type="checkbox" name="scope" value="${scope}" checked />${shown}</label>
        </li>`
      : html`<li>${ICONS.scope}${shown}</li>`;
  };
  return html`<section class="scopes" aria-labelledby="scopes">
    <h2 id="scopes">${texts.scopesHeading}</h2>
    ${scopes.some((scope) => optional.includes(scope)) && html`<p class="muted">${texts.chooseScopes}</p>`}
    <ul>
      ${scopes.map(item)}
    </ul>
  </section>`;
}

function requireConsentOptions(options: ConsentPageOptions): void {
  requireKnownOptions("consentPage", options, [
    ...(["acceptLanguage", "language", "look"] as const),
    ...(["action", "scopes", "optionalScopes", "fields", "account", "logo"] as const),
  ] satisfies (keyof ConsentPageOptions)[]);
  const { action, scopes, fields = {}, logo } = options;
  requireThat(
    isLocalPath(action),
    CODE,
    "consentPage: action must be a path on this server, such as /consent",
  );
  requireThat(Array.isArray(scopes), CODE, "consentPage: scopes must be a list of scopes");
  requireThat(
    logo === undefined || isLocalPath(logo),
    CODE,
    "consentPage: logo must be a path on this server; serve the client's logo by logoProxy",
  );
  const taken = OWN_FIELDS.find((name) => Object.hasOwn(fields, name));
  requireThat(
    taken === undefined,
    CODE,
    `consentPage: fields.${taken} is a field of the page; choose another name`,
  );
}

const CODE = "ERR_CONSENT_PAGE";
