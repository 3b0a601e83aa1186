import { randomBytes } from "node:crypto";
import type { RegisteredClient } from "@oauth-dcr/core";
import type { ConsentLedger } from "@oauth-dcr/core/consent";
import { consentPage } from "@oauth-dcr/core/consent-page";
import { unknownClientPage } from "@oauth-dcr/core/http";
import { sendResponse } from "@oauth-dcr/node";
import type { Request, Response } from "express";
import type { Grants } from "./grants.js";
import { pageFor } from "./pages.js";
import { userOf } from "./users.js";

/** What a client asks for. */
export interface AskedFor {
  readonly client: RegisteredClient;
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly scopes: readonly string[];
  readonly state?: string | undefined;
  readonly resource?: URL | undefined;
}

const MOST_WAITING = 1000;

type Waiting = AskedFor & { readonly userId: string };

/**
 * Asks the user, but not twice for the same. Each ticket is bound to the user that it was made for, so that nobody's browser can
 * be made to answer the ticket of another.
 */
export class Consents {
  readonly #waiting = new Map<string, Waiting>();

  constructor(
    private readonly ledger: ConsentLedger,
    private readonly grants: Grants,
  ) {}

  async ask(asked: AskedFor, res: Response): Promise<void> {
    const request = { ...asked, userId: userOf(res) };
    const view = await this.ledger.consentView(request);
    const page = pageFor(res.req);
    if (!view) return sendResponse(unknownClientPage({ kind: "redirect_uri" }, page), res);
    // No application is started by a link alone.
    if (!view.mustAsk && view.redirect.kind !== "private_use") {
      res.redirect(this.#answerWithCode(request));
      return;
    }
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined && this.#waiting.size >= MOST_WAITING) this.#waiting.delete(oldest);
    const ticket = randomBytes(16).toString("base64url");
    this.#waiting.set(ticket, request);
    const options = { action: "/consent", fields: { ticket }, scopes: request.scopes, ...page };
    await sendResponse(consentPage(view, options), res);
  }

  /** Where the page's form leads. */
  async answer(req: Request, res: Response): Promise<void> {
    const { ticket = "", decision } = (req.body ?? {}) as Record<string, string | undefined>;
    const request = this.#waiting.get(ticket);
    const expired = unknownClientPage({ kind: "page_expired" }, pageFor(req));
    if (request?.userId !== userOf(res)) return sendResponse(expired, res);
    this.#waiting.delete(ticket);
    if (decision !== "allow") {
      res.redirect(303, answerTo(request, { error: "access_denied" }));
      return;
    }
    // The client may have changed since.
    if ((await this.ledger.recordConsent(request)) !== "recorded") return sendResponse(expired, res);
    res.redirect(303, this.#answerWithCode(request));
  }

  #answerWithCode(request: AskedFor): string {
    const { client, scopes, redirectUri, codeChallenge } = request;
    const code = this.grants.issueCode({ clientId: client.clientId, scopes }, { redirectUri, codeChallenge });
    return answerTo(request, { code });
  }
}

function answerTo({ redirectUri, state }: AskedFor, parameters: Record<string, string>): string {
  const url = new URL(redirectUri);
  const all = { ...parameters, ...(state !== undefined && { state }) };
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
  return url.href;
}
