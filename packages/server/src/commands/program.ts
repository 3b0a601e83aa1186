import type { Program } from "../command-line/program.js";
import { audit } from "./audit.js";
import { backup, restore } from "./backup.js";
import { clients } from "./clients.js";
import { completion } from "./completion.js";
import { config } from "./config.js";
import { doctor } from "./doctor.js";
import { explain } from "./explain.js";
import { migrate } from "./migrate.js";
import { serve } from "./serve.js";
import { status } from "./status.js";
import { sweep } from "./sweep.js";
import { token } from "./token.js";
import { webhooks } from "./webhooks.js";

/** All commands. */
export const PROGRAM: Program = {
  name: "oauth-dcr",
  says: "OAuth 2.0 client registration: the server, and the commands of its operator",
  commands: [
    serve,
    status,
    clients,
    token,
    audit,
    webhooks,
    explain,
    doctor,
    config,
    sweep,
    backup,
    restore,
    migrate,
    completion(() => PROGRAM),
  ],
  examples: [
    ["serve", "start a server on http://127.0.0.1:8787"],
    ["explain client.json", "what a server would say to a registration"],
    ["doctor https://as.example", "look at a deployed authorization server"],
    ["clients list --status awaiting_approval", "the clients that await approval"],
    ["clients find claude", "search by name, host, owner, tag or id"],
    ["backup clients.backup", "back up the database while the server runs"],
  ],
};
