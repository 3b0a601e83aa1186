import { one } from "../command-line/answer.js";
import type { Command } from "../command-line/command.js";
import { withRegistration } from "../command-line/operator-registration.js";

/** How many are deleted at a time: others change the database meanwhile. */
const AT_ONCE = 1000;

/** Deletes what has expired. */
export const sweep: Command = {
  name: "sweep",
  says: "delete the clients that have expired",
  more: "A server does this by itself. Run it from cron if no oauth-dcr server uses the database.",
  settings: ["audit"],
  examples: [["sweep --audit database", "delete what has expired, with an audit event for each client"]],
  run: (call) =>
    withRegistration(call, async (registration) => {
      const swept = { deleted: 0, kept: 0 };
      for (let isMore = true; isMore;) {
        const { deleted, kept, more } = await registration.sweepClients({ limit: AT_ONCE });
        swept.deleted += deleted;
        swept.kept += kept;
        isMore = more && deleted > 0;
      }
      return one(swept);
    }),
};
