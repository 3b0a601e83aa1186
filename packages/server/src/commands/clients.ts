import type { Noun } from "../command-line/command.js";
import { DOMAIN_COMMANDS } from "./client-domains.js";
import { FILE_COMMANDS } from "./client-files.js";
import { FINDING_COMMANDS } from "./client-finding.js";
import { REMOVAL_COMMANDS } from "./client-removal.js";
import { STATUS_COMMANDS } from "./client-status.js";
import { TRUST_COMMANDS } from "./client-trust.js";

/** The clients of a database, while a server runs on it or not. */
export const clients: Noun = {
  name: "clients",
  says: "find, approve, add, change and delete clients",
  commands: [
    ...FINDING_COMMANDS,
    ...STATUS_COMMANDS,
    ...TRUST_COMMANDS,
    ...FILE_COMMANDS,
    ...REMOVAL_COMMANDS,
    ...DOMAIN_COMMANDS,
  ],
};
