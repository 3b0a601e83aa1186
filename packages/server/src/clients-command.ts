import type { ClientRegistration, RegisteredClient } from "@oauth-dcr/core";
import type { ClientAdministrationTools } from "@oauth-dcr/core/administration";
import { changeTier } from "./change-tier.js";
import { appliedClients, importedClients, readClients, readText } from "./client-files.js";
import { FILTERS, filtersOf } from "./client-filters.js";
import { parseCommandLine, type CommandAnswer, type CommandLine, type Environment } from "./command-line.js";
import { DOMAIN_SUBCOMMANDS, runDomainTool, waysToLook } from "./client-domains.js";
import { withClients, withDomains, withRegistration } from "./operator-registration.js";
import type { Flag } from "./setting-table.js";
import { SettingError } from "./setting-error.js";
import { requireGiven } from "./settings.js";

/** What the rules of the server depend on; they judge what an operator adds, too. */
const RULES = ["preset", "scopes", "token-endpoint-auth-methods", "issuer"];

export const CLIENTS_USAGE =
  "oauth-dcr clients count [--by GROUP] | list [FILTERS] [--after NEXT]\n" +
  "                             | inspect ID [--preset NAME] [--scopes LIST] | history ID [--before NEXT]\n" +
  "                             | approve ID | reject ID | disable ID | enable ID [--reason TEXT] [--version N]\n" +
  "                             | administer ID [--tier TIER] [--owner NAME] [--tags LIST] [--notes TEXT]\n" +
  "                             | promote ID --to TIER | demote ID --to TIER [--version N]\n" +
  "                             | add FILE | apply FILE | import FILE [--preset NAME] [--scopes LIST]\n" +
  "                             | remove ID | purge [FILTERS] [--remove yes] | export [FILTERS]\n" +
  "                             | challenge ID DOMAIN | verify ID DOMAIN [--method dns/file] [--name-servers LIST]\n" +
  "                             | recheck [--older-than TIME] [--limit N] [--name-servers LIST], each with --issuer URL\n" +
  "                             each with [--database FILE/URL] [--config FILE], and inspect, history and what changes something with\n" +
  "                             [--audit LIST]: a history is there where that names a database.\n" +
  "                             FILTERS are --source, --tier, --status, --owner, --tag, --host, --text and --not-used-for TIME; GROUP is source, tier, status\n" +
  "                             or owner; TIER is unknown, domain_verified, approved or first_party. disable of a document's URL that was\n" +
  "                             never used needs the server's --client-id-metadata-documents on. approve and enable begin\n" +
  "                             a client's time anew and must be told the server's --unused-ttl TIME, and enable its --idle-ttl TIME, or off";

const argument = "the id of one client";
const file = "one FILE";
const CHANGE = ["audit", "reason", "version"];
const SUBCOMMANDS = {
  count: { flags: ["by"] },
  list: { flags: ["after", ...FILTERS] },
  inspect: { argument, flags: ["audit", ...RULES] },
  history: { argument, flags: ["audit", "before"] },
  approve: { argument, flags: [...CHANGE, "unused-ttl"] },
  reject: { argument, flags: CHANGE },
  disable: { argument, flags: [...CHANGE, "client-id-metadata-documents"] },
  enable: { argument, flags: [...CHANGE, "unused-ttl", "idle-ttl"] },
  promote: { argument, flags: ["audit", "to", "version"] },
  demote: { argument, flags: ["audit", "to", "version"] },
  administer: { argument, flags: ["audit", "tier", "owner", "tags", "notes", "version"] },
  add: { argument: file, flags: ["audit", ...RULES] },
  apply: { argument: file, flags: ["audit", ...RULES] },
  import: { argument: file, flags: ["audit", ...RULES] },
  remove: { argument, flags: ["audit", "reason"] },
  purge: { flags: ["audit", "reason", "remove", ...FILTERS] },
  export: { flags: FILTERS },
  ...DOMAIN_SUBCOMMANDS,
};
const BEGINS_ANEW: Readonly<Record<string, readonly Flag[]>> = {
  approve: ["unused-ttl"],
  enable: ["unused-ttl", "idle-ttl"],
};
/** What changes nothing, and records nothing. */
const READING = ["inspect", "history", "export"];
const OF_TOOLS = [...READING, "administer", "promote", "demote", "add", "apply", "import", "remove", "purge"];

/**
 * `oauth-dcr clients …`, while a server runs on the database or not. Answers lines of JSON, without the hashes of secrets and
 * tokens, which `export` alone has. `approve` and `enable` begin a client's time anew, and so have to be told the server's: one
 * that nobody ends would stay for good. `add`, `apply` and `import` judge by the rules of the server.
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
  if (Object.hasOwn(DOMAIN_SUBCOMMANDS, line.subcommand)) {
    requireGiven(
      "issuer",
      line.values,
      environment,
      "must be the server's: a domain vouches for a client at one issuer",
    );
    return withDomains(line, environment, waysToLook(line.values), (domains) => runDomainTool(domains, line));
  }
  return OF_TOOLS.includes(line.subcommand)
    ? withClients(line, environment, (clients) => runTool(clients, line), READING.includes(line.subcommand))
    : withRegistration(line, environment, (registration) => run(registration, line));
}

async function run(
  registration: ClientRegistration,
  { subcommand, argument: clientId, values }: CommandLine,
): Promise<string> {
  switch (subcommand) {
    case "list": {
      const after = values["after"];
      const page = await registration.findClients({
        ...filtersOf(values),
        ...(after !== undefined && after !== "" && { after }),
      });
      const next = page.next === undefined ? [] : [JSON.stringify({ next: page.next })];
      return [...page.clients.map(jsonLine), ...next].join("\n");
    }
    case "approve":
      if (await registration.approveClient(clientId, changeOf(values))) return `approved ${clientId}`;
      throw new Error("no client of that identifier awaits approval");
    case "reject":
      if (await registration.rejectClient(clientId, changeOf(values))) return `rejected ${clientId}`;
      throw new Error("no client of that identifier awaits approval");
    case "disable":
      if (await registration.disableClient(clientId, changeOf(values))) return `disabled ${clientId}`;
      throw new Error(
        "there is no client of that identifier, or it can do nothing already: it is disabled or awaits approval" +
          (clientId.startsWith("https://")
            ? "; a document that was never used needs --client-id-metadata-documents on"
            : ""),
      );
    case "enable":
      if (await registration.enableClient(clientId, changeOf(values))) return `enabled ${clientId}`;
      throw new Error("no client of that identifier is disabled");
    default: {
      const by = values["by"];
      if (by !== undefined) {
        const counts = await registration.countClients({ by: by as "tier" });
        return JSON.stringify(Object.fromEntries(counts));
      }
      const counts = await registration.countClients();
      const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
      return JSON.stringify({ ...counts, total });
    }
  }
}

async function runTool(
  clients: ClientAdministrationTools,
  { subcommand, argument: given, values }: CommandLine,
): Promise<string> {
  switch (subcommand) {
    case "inspect": {
      const inspected = await clients.inspectClient(given);
      if (!inspected) throw new Error("there is no client of that identifier; history may have its events");
      const { client, history, ...more } = inspected;
      const told = history.isKept ? history : { isKept: false, why: NO_HISTORY };
      return JSON.stringify({ ...shownOf(client), ...more, history: told });
    }
    case "history": {
      const history = await clients.clientHistory(given, beforeOf(values));
      if (!history.isKept) throw new SettingError(NO_HISTORY);
      const next = history.next === undefined ? [] : [{ next: history.next }];
      return [...history.events, ...next].map((each) => JSON.stringify(each)).join("\n");
    }
    case "administer": {
      const { tier, owner, notes, tags } = values;
      const patch = {
        ...(tier !== undefined && { tier: tier as "approved" }),
        ...(owner !== undefined && { owner: owner === "" ? null : owner }),
        ...(notes !== undefined && { notes: notes === "" ? null : notes }),
        ...(tags !== undefined && { tags: tags === "" ? null : tags.split(/[ ,]+/) }),
      };
      const changed = await clients.administerClient(given, patch, versionOf(values));
      if (changed) return jsonLine(changed);
      throw new Error("there is no client of that identifier, or it has another version");
    }
    case "promote":
    case "demote":
      return jsonLine(
        await changeTier(clients, subcommand, given, { to: values["to"], ...versionOf(values) }),
      );
    case "add":
    case "apply":
      return appliedClients(clients, subcommand, await readClients(given));
    case "import":
      return importedClients(clients, await readText(given));
    case "remove":
      if (await clients.removeClient(given, reasonOf(values))) return `removed ${given}`;
      throw new Error("there is no client of that identifier");
    case "purge": {
      const { remove } = values;
      if (remove !== undefined && remove !== "yes") throw new SettingError("--remove must be yes");
      const purge = await clients.purgeClients(filtersOf(values), {
        isDryRun: remove !== "yes",
        ...reasonOf(values),
      });
      return JSON.stringify({ removed: remove === "yes", ...purge });
    }
    default: {
      const lines: string[] = [];
      for await (const line of clients.exportClients(filtersOf(values))) lines.push(line);
      return lines.join("\n");
    }
  }
}

function reasonOf({ reason }: CommandLine["values"]): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}

function versionOf({ version }: CommandLine["values"]): { readonly version?: number } {
  if (version === undefined) return {};
  if (!/^[1-9]\d{0,14}$/.test(version))
    throw new SettingError("--version must be a whole number of at least 1");
  return { version: Number(version) };
}

function changeOf(values: CommandLine["values"]): { readonly reason?: string; readonly version?: number } {
  return { ...reasonOf(values), ...versionOf(values) };
}

/** Events in a file or on a stream are there to be read by others. */
const NO_HISTORY = "there is no history: --audit (or OAUTH_DCR_AUDIT) names no database";

function beforeOf({ before }: CommandLine["values"]): { readonly before?: number } {
  if (before === undefined) return {};
  if (!/^[1-9]\d{0,14}$/.test(before)) throw new SettingError("--before must be the next of an earlier page");
  return { before: Number(before) };
}

function jsonLine(client: RegisteredClient): string {
  return JSON.stringify(shownOf(client));
}

/** What an operator looks for; of what a client knows, not even a hash. */
function shownOf({
  clientSecretHash: _,
  previousClientSecret: __,
  registrationAccessTokenHash: ___,
  fingerprint: ____,
  quotaKeys: _____,
  softwareStatement: ______,
  ...shown
}: RegisteredClient) {
  return shown;
}
