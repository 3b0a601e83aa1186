import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { consentLedger, type ConsentRequest, type LedgerView } from "@oauth-dcr/core/consent";
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

/** After the login: the page to show, or `undefined` where you may answer with a code at once. */
export async function pageFor(request: ConsentRequest): Promise<LedgerView | undefined> {
  const view = await ledger.consentView(request);
  if (!view) throw new Error("show a page, and redirect nobody");
  return view.mustAsk ? view : undefined;
}

/** The user pressed the button of the page that was made from `request`. */
export async function mayIssueCode(request: ConsentRequest): Promise<boolean> {
  return (await ledger.recordConsent(request)) === "recorded";
}

/** The user's page of what they allowed: `ledger.consentsOf(userId)` lists it. */
export async function withdraw(userId: string, clientId: string): Promise<void> {
  await ledger.withdrawConsent(userId, clientId);
  await revokeTokensOf(clientId, userId);
}
