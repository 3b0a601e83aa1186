import type { ClientRegistration, RegisteredClient } from "@oauth-dcr/core";
import { parseCommandLine, type CommandAnswer, type CommandLine, type Environment } from "./command-line.js";
import { withRegistration } from "./operator-registration.js";
import type { Flag } from "./setting-table.js";
import { requireGiven } from "./settings.js";

export const CLIENTS_USAGE =
  "oauth-dcr clients count | list [--after ID] | approve ID | disable ID | enable ID     each with [--database FILE/URL] [--config FILE],\n" +
  "                             the last three with [--audit LIST]; approve and enable begin a client's time anew and must be told\n" +
  "                             the server's --unused-ttl TIME, and enable its --idle-ttl TIME, or off";

const argument = "the id of one client";
const SUBCOMMANDS = {
  count: {},
  list: { flags: ["after"] },
  approve: { argument, flags: ["audit", "unused-ttl"] },
  disable: { argument, flags: ["audit"] },
  enable: { argument, flags: ["audit", "unused-ttl", "idle-ttl"] },
};
const BEGINS_ANEW: Readonly<Record<string, readonly Flag[]>> = {
  approve: ["unused-ttl"],
  enable: ["unused-ttl", "idle-ttl"],
};

/**
 * `oauth-dcr clients …`, while a server runs on the database or not. `count` answers one JSON line: how many clients there
 * are in each state and in all; one that has expired and is not swept yet counts as `expired` alone. `list` answers a page of
 * clients, one JSON line each, without the hashes of their secrets and tokens. `approve` and
 * `enable` begin a client's time anew, and so have to be told the server's: one that nobody ends would stay for good.
 *
 * @throws SettingError for a wrong call
 * @throws StoreOpenError, or the error of a PostgreSQL server, for a database that cannot be opened
 * @throws Error for a client that there is not, or that is not in the state for it
 */
export async function runClientsCommand(
  args: readonly string[],
  environment: Environment,
): Promise<CommandAnswer> {
  const line = parseCommandLine("clients", SUBCOMMANDS, args);
  for (const flag of BEGINS_ANEW[line.subcommand] ?? []) {
    const reason = "must be what the server has, or off: the client's time begins anew";
    requireGiven(flag, line.values, environment, reason);
  }
  return withRegistration(line, environment, (registration) => run(registration, line));
}

async function run(
  registration: ClientRegistration,
  { subcommand, argument: clientId, values }: CommandLine,
): Promise<string> {
  switch (subcommand) {
    case "list":
      return (await registration.findClients({ after: values["after"] ?? "" })).clients
        .map(jsonLine)
        .join("\n");
    case "approve":
      if (await registration.approveClient(clientId)) return `approved ${clientId}`;
      throw new Error("no client of that identifier awaits approval");
    case "disable":
      if (await registration.disableClient(clientId)) return `disabled ${clientId}`;
      throw new Error(
        "there is no client of that identifier, or it can do nothing already: it is disabled or awaits approval",
      );
    case "enable":
      if (await registration.enableClient(clientId)) return `enabled ${clientId}`;
      throw new Error("no client of that identifier is disabled");
    default: {
      const counts = await registration.countClients();
      const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
      return JSON.stringify({ ...counts, total });
    }
  }
}

/** What an operator looks for; of what a client knows, not even a hash. */
function jsonLine({
  clientId,
  status,
  clientIdIssuedAt,
  expiresAt,
  lastUsedAt,
  requirements,
  origin,
  metadata,
}: RegisteredClient): string {
  const shown = { clientId, status, clientIdIssuedAt, expiresAt, lastUsedAt, requirements, origin, metadata };
  return JSON.stringify(shown);
}
