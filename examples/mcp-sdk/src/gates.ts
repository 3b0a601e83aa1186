import { returnPage } from "@oauth-dcr/core/consent-page";
import { clientAuthenticationResponse, unknownClientPage } from "@oauth-dcr/core/http";
import type { ClientRegistration } from "@oauth-dcr/core";
import { sendResponse } from "@oauth-dcr/node";
import express, { type RequestHandler, type Response } from "express";
import { pageFor } from "./pages.js";

/** Before the SDK's authorization endpoint: who asks, and may the answer go there? A page for a person if not. */
export function authorizationGate(registration: ClientRegistration): RequestHandler {
  return async (req, res, next) => {
    // The SDK would take a form too, and nobody sends one.
    if (req.method !== "GET") {
      res.status(405).set("allow", "GET").end();
      return;
    }
    const { client_id: clientId, redirect_uri: given } = req.query;
    const found = await registration.findClient(typeof clientId === "string" ? clientId : "");
    if (!found.ok) return sendResponse(unknownClientPage(found.error, pageFor(req)), res);
    const redirectUri = registration.redirectUriFor(found.value, given as string | undefined);
    if (redirectUri === undefined) {
      return sendResponse(unknownClientPage({ kind: "redirect_uri" }, pageFor(req)), res);
    }
    if (!/^https?:/i.test(redirectUri)) askBeforeRedirects(res);
    next();
  };
}

/** The SDK redirects from here with errors alone, which no user has seen. */
function askBeforeRedirects(res: Response): void {
  res.redirect = (...given: readonly (string | number)[]) => {
    void sendResponse(returnPage(String(given.at(-1)), pageFor(res.req)), res);
  };
}

/**
 * Before the SDK's token and revocation endpoints, which know secrets in clear and no Basic: the client is authenticated
 * here, and goes on as one without a secret.
 */
export function clientGate(registration: ClientRegistration): RequestHandler[] {
  const readForm = express.text({ type: "application/x-www-form-urlencoded" });
  const authenticate: RequestHandler = async (req, res, next) => {
    if (req.method !== "POST") {
      next();
      return;
    }
    const form = new URLSearchParams(typeof req.body === "string" ? req.body : "");
    const tokenRequest = { authorization: req.headers.authorization, parameters: form };
    const authenticated = await registration.authenticateClient(tokenRequest);
    if (!authenticated.ok) {
      // A client in a browser has to read it, to know that it has to register again.
      res.setHeader("access-control-allow-origin", "*");
      return sendResponse(clientAuthenticationResponse(authenticated.error, tokenRequest), res);
    }
    const { client_secret: _, ...parameters } = Object.fromEntries(form);
    req.body = { ...parameters, client_id: authenticated.value.clientId };
    next();
  };
  return [readForm, authenticate];
}
