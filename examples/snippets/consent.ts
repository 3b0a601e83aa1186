import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { consentLedger, type ConsentRequest } from "@oauth-dcr/core/consent";
import { consentPage, pageLook } from "@oauth-dcr/core/consent-page";
import { unknownClientPage } from "@oauth-dcr/core/http";
import { memoryRateLimiter } from "@oauth-dcr/core/memory";
import { store } from "./sqlite.js";
import { revokeTokensOf } from "./your-tokens.js"; // yours: ends the grants and tokens of a client for a user

const audit = (event: object) => console.log(JSON.stringify(event));
export const registration = createClientRegistration({
  ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["tools:read", "tools:execute"] }),
  access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 100, windowSeconds: 60 }) }),
  store,
  audit,
});
export const ledger = consentLedger({ registration, consents: store.consents, audit });

const look = pageLook({
  brand: { name: "Example Tools" },
  scopeDescriptions: {
    "tools:read": "See your tools",
    "tools:execute": { en: "Run tools for you", de: "Werkzeuge ausführen" },
  },
});

/** After the login: the page to show, or `undefined` where you may answer with a code at once. `ticket` finds `asked` again. */
export async function pageFor(
  asked: ConsentRequest,
  ticket: string,
  browser: Request,
): Promise<Response | undefined> {
  const page = { look, acceptLanguage: browser.headers.get("accept-language") };
  const view = await ledger.consentView(asked);
  if (!view) return unknownClientPage({ kind: "redirect_uri" }, page);
  if (!view.mustAsk) return undefined;
  return consentPage(view, { action: "/consent", fields: { ticket }, scopes: asked.scopes, ...page });
}

/** The form of the page came, with `decision=allow`. */
export async function mayIssueCode(request: ConsentRequest): Promise<boolean> {
  return (await ledger.recordConsent(request)) === "recorded";
}

/** The user's page of what they allowed: `ledger.consentsOf(userId)` lists it. */
export async function withdraw(userId: string, clientId: string): Promise<void> {
  await ledger.withdrawConsent(userId, clientId);
  await revokeTokensOf(clientId, userId);
}
