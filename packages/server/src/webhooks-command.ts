import type { DeadWebhook } from "@oauth-dcr/store-sql";
import { parseCommandLine, type CommandAnswer, type Environment } from "./command-line.js";
import { onDatabase } from "./operator-registration.js";
import { SettingError } from "./setting-error.js";

export const WEBHOOKS_USAGE =
  "oauth-dcr webhooks list-dead [--after PAGE] | redeliver ID     each with [--database FILE/URL]; the ID may be all";

const SUBCOMMANDS = {
  "list-dead": { flags: ["after"] },
  redeliver: { argument: "the id of one dead message, or all" },
};

/**
 * `oauth-dcr webhooks list-dead`: answers the messages that were given up, one JSON line each, 100 at a time. The last line
 * names the `next` page where there may be one.
 *
 * `oauth-dcr webhooks redeliver ID`: makes a dead message due again, or `all` of them, at most 1,000 at a time. The server that
 * runs on the database sends them within seconds. Answers their number as a JSON line; the exit code is 1 where there was none.
 *
 * @throws SettingError for a wrong call
 * @throws StoreOpenError, or the error of a PostgreSQL server, for a database that cannot be opened
 */
export async function runWebhooksCommand(
  args: readonly string[],
  environment: Environment,
): Promise<CommandAnswer> {
  const line = parseCommandLine("webhooks", SUBCOMMANDS, args);
  const after = line.values["after"];
  if (after !== undefined && !/^[\w.-]{1,100}:\d{1,15}$/.test(after)) {
    throw new SettingError("--after must be the next that an earlier webhooks list-dead printed");
  }
  return onDatabase(line, environment, async (database) => {
    const outbox = await database.openWebhookOutbox();
    if (line.subcommand === "redeliver") {
      const { argument } = line;
      const redelivered = await outbox.redeliver(argument === "all" ? undefined : argument);
      return { text: JSON.stringify({ redelivered }), exitCode: redelivered > 0 ? 0 : 1 };
    }
    const { messages, next } = await outbox.listDead(after);
    const lines = [...messages.map(jsonLine), ...(next === undefined ? [] : [JSON.stringify({ next })])];
    return { text: lines.join("\n"), exitCode: 0 };
  });
}

function jsonLine({ deadAt, body, ...message }: DeadWebhook): string {
  const payload = JSON.parse(body) as unknown;
  return JSON.stringify({ ...message, deadAt: new Date(deadAt * 1000).toISOString(), payload });
}
