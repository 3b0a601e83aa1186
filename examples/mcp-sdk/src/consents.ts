import { randomBytes } from "node:crypto";
import { unknownClientPage } from "@oauth-dcr/core/http";
import type { RegisteredClient } from "@oauth-dcr/core";
import type { ConsentLedger } from "@oauth-dcr/core/consent";
import { sendResponse } from "@oauth-dcr/node";
import type { Request, Response } from "express";
import { consentPage } from "./consent-page.js";
import type { Grants } from "./grants.js";
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
    if (!view) return sendResponse(unknownClientPage({ kind: "redirect_uri" }), res);
    // No application is started by a link alone.
    if (!view.mustAsk && view.redirect.kind !== "private_use") {
      res.redirect(this.#answerWithCode(request));
      return;
    }
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined && this.#waiting.size >= MOST_WAITING) this.#waiting.delete(oldest);
    const ticket = randomBytes(16).toString("base64url");
    this.#waiting.set(ticket, request);
    res.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
    res.set("referrer-policy", "no-referrer");
    res.send(consentPage(view, request.scopes, ticket));
  }

  /** Where the page's form leads. */
  async answer(req: Request, res: Response): Promise<void> {
    const { ticket = "", decision } = (req.body ?? {}) as Record<string, string | undefined>;
    const request = this.#waiting.get(ticket);
    if (request?.userId !== userOf(res)) {
      res.status(400).send("This page is too old. Begin again where you came from.");
      return;
    }
    this.#waiting.delete(ticket);
    if (decision !== "allow") {
      res.redirect(303, answerTo(request, { error: "access_denied" }));
      return;
    }
    if ((await this.ledger.recordConsent(request)) !== "recorded") {
      res.status(400).send("The application has changed. Begin again where you came from.");
      return;
    }
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
