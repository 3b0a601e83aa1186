import type { RegisteredClient } from "@oauth-dcr/core";
import type { ClientHistoryPage } from "@oauth-dcr/core/administration";
import { one, page } from "../command-line/answer.js";
import type { Command, Values } from "../command-line/command.js";
import { withClients, withRegistration } from "../command-line/operator-registration.js";
import { RULE_SETTINGS } from "../command-line/server-rules.js";
import { SettingError } from "../settings/setting-error.js";
import { FILTERS, filtersOf } from "./client-filters.js";
import { startProgress } from "../terminal/progress.js";
import { recordOf } from "../terminal/record.js";
import { tableOf, type Column } from "../terminal/table.js";
import { CLIENT_ID } from "./client-arguments.js";
import { CLIENT_COLUMNS } from "./client-columns.js";
import { EVENT_COLUMNS, HISTORY_COLUMNS } from "./event-columns.js";

const GROUPS = ["source", "tier", "status", "owner"] as const;

const count: Command = {
  name: "count",
  says: "count the clients, by what they may do or by something else",
  options: { by: { value: "GROUP", says: "what to count by", choices: GROUPS } },
  examples: [
    ["clients count", "how many are pending, active, awaiting approval, disabled and expired"],
    ["clients count --by tier", "how many each tier has"],
  ],
  run: (call) =>
    withRegistration(call, async (registration) => {
      const by = GROUPS.find((group) => group === call.values["by"]);
      if (by) return one(Object.fromEntries(await registration.countClients({ by })));
      const counts = await registration.countClients();
      const total = Object.values(counts).reduce((sum, each) => sum + each, 0);
      return one({ ...counts, total });
    }),
};

const list: Command = {
  name: "list",
  says: "list clients, 100 at a time",
  options: { ...FILTERS, after: { value: "NEXT", says: "the value of next from the previous page" } },
  examples: [
    ["clients list --status awaiting_approval", "the clients that await approval"],
    ["clients list --host app.example", "the clients that redirect to a host"],
    ["clients list --text claude --source open", "what registered openly under such a name"],
  ],
  run: (call) =>
    withRegistration(call, async (registration) => {
      const after = call.values["after"];
      const { clients, next } = await registration.findClients({
        ...filtersOf(call.values),
        ...(after !== undefined && after !== "" && { after }),
      });
      return page(clients.map(shownOf), CLIENT_COLUMNS, next);
    }),
};

/** How many of each kind a search shows. */
const FOUND = 100;
const KINDS = ["text", "host", "owner", "tag"] as const;

const find: Command = {
  name: "find",
  says: "search clients by id, host, owner, tag or the beginning of the name",
  more: `A client is found if its id, host, owner or tag is the whole text, or if its name begins with it, in any letter case. At most ${FOUND} clients of each kind are shown. matched says what was found: look for a second client with the name of a known one.`,
  arguments: [{ name: "TEXT", says: "what to search for" }],
  examples: [
    ["clients find claude", "every client whose name begins with claude"],
    ["clients find evil.example", "every client that redirects to a host"],
  ],
  run: (call) =>
    withClients(
      call,
      async (clients) => {
        const [text = ""] = call.arguments;
        const found = new Map<string, { client: RegisteredClient; matched: string[] }>();
        const put = (client: RegisteredClient, kind: string): void => {
          const entry = found.get(client.clientId) ?? { client, matched: [] };
          entry.matched.push(kind);
          found.set(client.clientId, entry);
        };
        const byId = await clients.inspectClient(text);
        if (byId) put(byId.client, "id");
        for (const kind of KINDS) {
          let left = FOUND;
          for await (const line of clients.exportClients({ [kind]: text }, { limit: FOUND })) {
            put(JSON.parse(line) as RegisteredClient, kind === "text" ? "name" : kind);
            if ((left -= 1) === 0) break;
          }
        }
        const rows = [...found.values()].map(({ client, matched }) => ({ ...shownOf(client), matched }));
        return page(rows, [...CLIENT_COLUMNS, MATCHED]);
      },
      true,
    ),
};

const MATCHED: Column = { title: "matched", of: ({ matched }: { readonly matched: unknown }) => matched };

const show: Command = {
  name: "show",
  says: "show one client: its record, why it was accepted, what the current rules find, and its history",
  arguments: CLIENT_ID,
  settings: ["audit", ...RULE_SETTINGS],
  examples: [["clients show ID --audit database", "one client with its history"]],
  run: (call) =>
    withClients(
      call,
      async (clients) => {
        const inspected = await clients.inspectClient(call.arguments[0] ?? "");
        if (!inspected) {
          throw new Error(
            "there is no client of that identifier; oauth-dcr clients history may have its events",
          );
        }
        const { client, history, ...more } = inspected;
        const facts = { ...shownOf(client), ...more };
        if (!history.isKept) return one({ ...facts, history: { isKept: false, why: NO_HISTORY } });
        return { ...one({ ...facts, history }), shown: withHistory(facts, history) };
      },
      true,
    ),
};

function withHistory(facts: object, { events, next }: ClientHistoryPage): string {
  const more = next === undefined ? [] : ["There is more: see oauth-dcr clients history"];
  return [recordOf(facts), "", tableOf(events, HISTORY_COLUMNS), ...more].join("\n");
}

const history: Command = {
  name: "history",
  says: "print the audit events of a client, newest first; also of one that was deleted",
  arguments: CLIENT_ID,
  settings: ["audit"],
  options: { before: { value: "NEXT", says: "the value of next from the previous page" } },
  examples: [["clients history ID --audit database", "the newest 100 events of a client"]],
  run: (call) =>
    withClients(
      call,
      async (clients) => {
        const read = await clients.clientHistory(call.arguments[0] ?? "", beforeOf(call.values));
        if (!read.isKept) throw new SettingError(NO_HISTORY);
        return page(read.events, EVENT_COLUMNS, read.next);
      },
      true,
    ),
};

const exportClients: Command = {
  name: "export",
  says: "print every client as a line of JSON, with the hashes of its secrets",
  options: FILTERS,
  examples: [["clients export > clients.jsonl", "all clients, for clients import on another database"]],
  run: (call) =>
    withClients(
      call,
      (clients) => Promise.resolve({ rows: parsed(clients.exportClients(filtersOf(call.values))) }),
      true,
    ),
};

async function* parsed(lines: AsyncIterable<string>): AsyncGenerator<object> {
  // Beside the lines themselves it would be in the way.
  const progress = process.stdout.isTTY ? undefined : startProgress("clients exported");
  let count = 0;
  try {
    for await (const line of lines) {
      yield JSON.parse(line) as object;
      progress?.at((count += 1));
    }
  } finally {
    progress?.end();
  }
}

/** The commands that change nothing. */
export const FINDING_COMMANDS: readonly Command[] = [list, find, show, history, count, exportClients];

/** Events in a file or on a stream are there to be read by others. */
const NO_HISTORY =
  "there is no history: --audit (or OAUTH_DCR_AUDIT) names no database; add --audit database where the server has it";

function beforeOf({ before }: Values): { readonly before?: number } {
  if (before === undefined) return {};
  if (!/^[1-9]\d{0,14}$/.test(before))
    throw new SettingError("--before must be the value of next from the previous page");
  return { before: Number(before) };
}

/** What an operator looks for; of what a client knows, not even a hash. */
export function shownOf({
  clientSecretHash: _,
  previousClientSecret: __,
  registrationAccessTokenHash: ___,
  fingerprint: ____,
  quotaKeys: _____,
  softwareStatement: ______,
  ...shown
}: RegisteredClient): object {
  return shown;
}
