import { done, one } from "../command-line/answer.js";
import type { Command } from "../command-line/command.js";
import { confirmed, YES } from "../command-line/confirm.js";
import { withClients } from "../command-line/operator-registration.js";
import { SettingError } from "../settings/setting-error.js";
import { withProgress } from "../terminal/progress.js";
import { CLIENT_ID, REASON, reasonOf } from "./client-arguments.js";
import { NO_CLIENT } from "./client-errors.js";
import { FILTERS, filtersOf } from "./client-filters.js";

const REVOKE =
  "Your authorization server must revoke the tokens of what is deleted; it learns of it from the audit log.";

const deleteClient: Command = {
  name: "delete",
  says: "delete a client permanently",
  more: `${REVOKE} A client with a metadata document is recorded again at its next request: disable it instead.`,
  arguments: CLIENT_ID,
  settings: ["audit"],
  options: { ...REASON, ...YES },
  examples: [["clients delete ID --reason spam --yes", "delete a client, from a script"]],
  async run(call) {
    const [clientId = ""] = call.arguments;
    await confirmed(call, `delete the client ${clientId}`);
    return withClients(call, async (clients) => {
      if (await clients.removeClient(clientId, reasonOf(call.values))) {
        return done(`deleted ${clientId}`, { clientId, outcome: "deleted" });
      }
      throw new Error(NO_CLIENT);
    });
  },
};

const purge: Command = {
  name: "purge",
  says: "delete the clients that match, at most 100",
  more: REVOKE,
  settings: ["audit"],
  options: {
    ...FILTERS,
    ...REASON,
    "dry-run": { says: "only print which clients would be deleted" },
    ...YES,
  },
  examples: [
    ["clients purge --status disabled --dry-run", "which clients would be deleted"],
    ["clients purge --status disabled --yes", "delete them, from a script"],
    ["clients purge --not-used-for 90d --dry-run", "which clients were not used for 90 days"],
  ],
  run: (call) =>
    withClients(call, async (clients) => {
      const isDryRun = call.values["dry-run"] !== undefined;
      const query = filtersOf(call.values);
      if (!isDryRun && Object.keys(query).length === 0) {
        throw new SettingError(
          "purge must say which clients it deletes: give a filter, such as --status disabled",
        );
      }
      const found = await clients.purgeClients(query);
      if (isDryRun || found.clientIds.length === 0) return one({ deleted: false, ...found });
      const total = found.clientIds.length;
      await confirmed(call, `delete ${total}${found.more ? " of the" : ""} clients that match`);
      const deleted: string[] = [];
      return withProgress("clients deleted", total, async (progress) => {
        for (let at = 0; at < total; at += AT_ONCE) {
          // A client that came meanwhile was not agreed to.
          const clientIds = found.clientIds.slice(at, at + AT_ONCE);
          const purged = await clients.purgeClients(query, {
            ...{ clientIds, isDryRun },
            ...reasonOf(call.values),
          });
          deleted.push(...purged.clientIds);
          progress.at(at + clientIds.length);
        }
        return one({ deleted: true, clientIds: deleted, more: found.more });
      });
    }),
};

/** How many are deleted before the progress is told. */
const AT_ONCE = 10;

/** The commands that delete. */
export const REMOVAL_COMMANDS: readonly Command[] = [deleteClient, purge];
