import { readFile } from "node:fs/promises";
import type { RegisteredClient } from "@oauth-dcr/core";
import {
  foreignClient,
  type AddedClient,
  type AppliedClient,
  type ClientAdministrationTools,
  type StaticClient,
} from "@oauth-dcr/core/administration";
import type { Answer, ExitCode } from "../command-line/answer.js";
import type { Argument, Call, Command } from "../command-line/command.js";
import { exitCodeOf } from "../command-line/exit-code.js";
import { withClients } from "../command-line/operator-registration.js";
import { RULE_SETTINGS } from "../command-line/server-rules.js";
import { SettingError } from "../settings/setting-error.js";
import type { Flag } from "../settings/setting-table.js";
import { withProgress } from "../terminal/progress.js";

const settings: readonly Flag[] = ["audit", ...RULE_SETTINGS];
const file: readonly Argument[] = [{ name: "FILE", says: "a JSON file" }];
const FORMAT =
  "The file is one JSON object or a list of { clientId, metadata, administration }, or of records of oidc-provider, Ory Hydra, the MCP SDK or Keycloak. The rules of the server judge each client: give the same --config, or the same settings. A secret that is generated is printed once.";

const add: Command = {
  name: "add",
  says: "add the clients of a file",
  more: FORMAT,
  arguments: file,
  settings,
  examples: [["clients add our-app.json --audit database", "add one client of your own"]],
  run: (call) => changed(call, "add"),
};

const apply: Command = {
  name: "apply",
  says: "add the clients of a file, and change those that differ; delete none",
  more: `${FORMAT} It changes only what differs, so you can run it as often as you like.`,
  arguments: file,
  settings,
  examples: [["clients apply clients.json --config server.json", "from a deployment, each time"]],
  run: (call) => changed(call, "apply"),
};

const importClients: Command = {
  name: "import",
  says: "add the clients of an export",
  more: "The outcome of each line is imported, duplicate_client_id, refused or not_a_client. If lines were refused (the last two), the exit code is 1. Scopes and grants that the server does not have are removed from a client, and listed as findings: give the same --config, or the same settings.",
  arguments: [{ name: "FILE", says: "what clients export printed" }],
  settings,
  examples: [["clients import clients.jsonl --database new.sqlite", "move clients to another database"]],
  run: (call) =>
    withClients(call, async (clients) => imported(clients, await readText(call.arguments[0] ?? ""))),
};

/** The commands that read clients from a file. */
export const FILE_COMMANDS: readonly Command[] = [add, apply, importClients];

async function imported(clients: ClientAdministrationTools, text: string): Promise<Answer> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const rows: object[] = [];
  let refused = 0;
  try {
    await withProgress("clients imported", lines.length, async (progress) => {
      for (const line of lines) {
        const row = await clients.importClient(line);
        if (REFUSED.includes(row.outcome)) refused += 1;
        rows.push(row);
        progress.at(rows.length);
      }
    });
  } catch (error) {
    if (rows.length === 0) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    return { rows, problem, exitCode: exitCodeOf(error) };
  }
  return { rows, ...(refused > 0 && { problem: `${refused} of ${lines.length} lines were refused` }) };
}

/** A client that is there already was imported before: repeating an import is no failure. */
const REFUSED: readonly string[] = ["refused", "not_a_client"];

async function changed(call: Call, command: "add" | "apply"): Promise<ExitCode> {
  return withClients(call, async (clients) =>
    outcomeOf(clients, command, await readClients(call.arguments[0] ?? "")),
  );
}

/**
 * Adds, or brings the list to what it says. A secret that was made is an answer, whatever became of the others: the error stream is
 * often a log.
 */
async function outcomeOf(
  clients: ClientAdministrationTools,
  command: "add" | "apply",
  given: readonly StaticClient[],
): Promise<Answer> {
  const rows: object[] = [];
  const failed: string[] = [];
  try {
    for await (const { client: _, ...shown } of outcomesOf(clients, command, given)) {
      if (FAILED.includes(shown.outcome)) failed.push(JSON.stringify(shown));
      else rows.push(shown);
    }
  } catch (error) {
    if (rows.length === 0) throw error;
    failed.push(error instanceof Error ? error.message : String(error));
    return { rows, problem: failed.join("\n"), exitCode: exitCodeOf(error) };
  }
  return { rows, ...(failed.length > 0 && { problem: failed.join("\n") }) };
}

type Outcome = AppliedClient | ({ readonly clientId: string } & AddedClient);

async function* outcomesOf(
  clients: ClientAdministrationTools,
  command: "add" | "apply",
  given: readonly StaticClient[],
): AsyncGenerator<Outcome & { readonly client?: RegisteredClient }> {
  if (command === "apply") {
    yield* await clients.applyClients(given);
    return;
  }
  for (const client of given) yield { clientId: client.clientId, ...(await clients.addClient(client)) };
}

const FAILED: readonly string[] = ["refused", "duplicate_client_id", "not_ours", "conflict"];

/** @throws SettingError for a file that has no clients */
async function readClients(path: string): Promise<readonly StaticClient[]> {
  let value: unknown;
  try {
    value = JSON.parse(await readText(path));
  } catch (error) {
    throw error instanceof SyntaxError ? new SettingError(`${path} is no JSON`) : error;
  }
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((each, index) => {
    if (typeof each === "object" && each !== null && "metadata" in each && "clientId" in each) {
      return each as StaticClient;
    }
    const foreign = foreignClient(each);
    if (!foreign)
      throw new SettingError(`${path}: [${index}] is no client with clientId and metadata, or is off`);
    return foreign;
  });
}

/** @throws SettingError for a file that cannot be read */
async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as { readonly code?: string };
    throw new SettingError(`${path} cannot be read (${code ?? "unknown error"})`);
  }
}
