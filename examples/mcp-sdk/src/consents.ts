import { randomBytes } from "node:crypto";
import { unknownClientPage } from "@oauth-dcr/core/http";
import type { ClientRegistration, RegisteredClient } from "@oauth-dcr/core";
import { sendResponse } from "@oauth-dcr/node";
import type { Request, Response } from "express";
import { consentPage } from "./consent-page.js";
import type { Grants } from "./grants.js";

export interface ConsentRequest {
  readonly client: RegisteredClient;
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly scopes: readonly string[];
  readonly state?: string | undefined;
  readonly resource?: URL | undefined;
}

const MOST_WAITING = 1000;

/**
 * Asks the user. There is no login here, which a real server has first: it then binds each ticket to the session of its
 * user, so that nobody's browser can be made to answer the ticket of another.
 */
export class Consents {
  readonly #waiting = new Map<string, ConsentRequest>();

  constructor(
    private readonly registration: ClientRegistration,
    private readonly grants: Grants,
  ) {}

  async ask(request: ConsentRequest, res: Response): Promise<void> {
    const view = this.registration.consentView(request.client, request.redirectUri);
    if (!view) return sendResponse(unknownClientPage({ kind: "redirect_uri" }), res);
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined && this.#waiting.size >= MOST_WAITING) this.#waiting.delete(oldest);
    const ticket = randomBytes(16).toString("base64url");
    this.#waiting.set(ticket, request);
    res.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
    res.set("referrer-policy", "no-referrer");
    res.send(consentPage(view, request.scopes, ticket));
  }

  /** Where the page's form leads. */
  answer(req: Request, res: Response): void {
    const { ticket = "", decision } = (req.body ?? {}) as Record<string, string | undefined>;
    const request = this.#waiting.get(ticket);
    if (!request) {
      res.status(400).send("This page is too old. Begin again where you came from.");
      return;
    }
    this.#waiting.delete(ticket);
    const { redirectUri, codeChallenge, state } = request;
    const url = new URL(redirectUri);
    if (decision === "allow") {
      const grant = { clientId: request.client.clientId, scopes: request.scopes };
      url.searchParams.set("code", this.grants.issueCode(grant, { redirectUri, codeChallenge }));
    } else {
      url.searchParams.set("error", "access_denied");
    }
    if (state !== undefined) url.searchParams.set("state", state);
    res.redirect(303, url.href);
  }
}
