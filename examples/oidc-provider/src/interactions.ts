import type { ClientRegistration } from "@oauth-dcr/core";
import { consentPage } from "@oauth-dcr/core/consent-page";
import { unknownClientPage } from "@oauth-dcr/core/http";
import { sendResponse } from "@oauth-dcr/node";
import express, { Router, type Request, type Response } from "express";
import type { Provider } from "oidc-provider";
import { pageFor } from "./pages.js";

/** The one user of this example, whom nobody asks for a password. Yours logs in here. */
const ACCOUNT = "example-user";

/** The page that asks, and where its form leads. oidc-provider's cookie binds it to the browser that it was shown to. */
export function interactions(provider: Provider, registration: ClientRegistration): Router {
  const router = Router();

  /** The authorization request, whose parameters oidc-provider has checked. */
  async function asked(req: Request, res: Response) {
    const { uid, params } = await provider.interactionDetails(req, res);
    return {
      uid,
      params: { scope: "", ...(params as { client_id: string; redirect_uri: string; scope?: string }) },
    };
  }

  router.get("/interaction/:uid", async (req, res) => {
    const { uid, params } = await asked(req, res);
    const page = pageFor(req);
    const found = await registration.findClient(params.client_id);
    if (!found.ok) return sendResponse(unknownClientPage(found.error, page), res);
    const view = registration.consentView(found.value, params.redirect_uri);
    if (!view) return sendResponse(unknownClientPage({ kind: "redirect_uri" }, page), res);
    const scopes = params.scope.split(" ").filter(Boolean);
    await sendResponse(consentPage(view, { action: `/interaction/${uid}`, scopes, ...page }), res);
  });

  router.post("/interaction/:uid", express.urlencoded({ extended: false }), async (req, res) => {
    const { params } = await asked(req, res);
    const { decision } = (req.body ?? {}) as Record<string, unknown>;
    if (decision !== "allow") {
      await provider.interactionFinished(req, res, { error: "access_denied" });
      return;
    }
    const grant = new provider.Grant({ accountId: ACCOUNT, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    const consent = { grantId: await grant.save() };
    await provider.interactionFinished(req, res, { login: { accountId: ACCOUNT }, consent });
  });
  return router;
}
