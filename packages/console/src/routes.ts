import { approvals } from "./pages/approvals.js";
import { audit } from "./pages/audit.js";
import { client } from "./pages/client.js";
import { clients } from "./pages/clients.js";
import { deleteClient } from "./pages/delete-client.js";
import { issuedToken, issueToken } from "./pages/issue-token.js";
import { overview } from "./pages/overview.js";
import { playground } from "./pages/playground.js";
import { purge, purged } from "./pages/purge.js";
import { revokeToken as revokeTokenPage, token } from "./pages/token.js";
import { tokens } from "./pages/tokens.js";
import type { Handler } from "./reading/visit.js";
import {
  changeAdministration,
  changeStatus,
  changeTier,
  removeClient,
  revokeToken,
  verifyAudit,
} from "./verbs/client-verbs.js";

/** What an operator can look at. None of these changes anything. */
export const PAGES: Readonly<Record<string, Handler>> = {
  "/": overview,
  "/clients": clients,
  "/client": client,
  "/client/delete": deleteClient,
  "/purge": purge,
  "/approvals": approvals,
  "/tokens": tokens,
  "/tokens/token": token,
  "/tokens/issue": issueToken,
  "/tokens/revoke": revokeTokenPage,
  "/audit": audit,
  "/playground": playground,
};

/** What an operator can do: each is a form of one of the pages. */
export const VERBS: Readonly<Record<string, Handler>> = {
  "/client/status": changeStatus,
  "/client/tier": changeTier,
  "/client/administration": changeAdministration,
  "/client/delete": removeClient,
  "/purge": purged,
  "/tokens/issue": issuedToken,
  "/tokens/revoke": revokeToken,
  "/audit/verify": verifyAudit,
  "/playground": playground,
};
