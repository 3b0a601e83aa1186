import { readFile } from "node:fs/promises";
import type { RegisteredClient } from "@oauth-dcr/core";
import {
  foreignClient,
  type AddedClient,
  type AppliedClient,
  type ClientAdministrationTools,
  type StaticClient,
} from "@oauth-dcr/core/administration";
import { SettingError } from "./setting-error.js";

/** Adds, or brings the list to what it says. A secret that was made is shown here, and never again. */
export async function appliedClients(
  clients: ClientAdministrationTools,
  subcommand: string,
  given: readonly StaticClient[],
): Promise<string> {
  const done: string[] = [];
  const failed: string[] = [];
  try {
    for await (const { client: _, ...shown } of outcomesOf(clients, subcommand, given)) {
      (FAILED.includes(shown.outcome) ? failed : done).push(JSON.stringify(shown));
    }
    if (failed.length > 0) throw new Error(failed.join("\n"));
  } catch (error) {
    // A secret goes to standard output alone, as the error stream is often a log, and it goes there whatever became of the others.
    if (done.length > 0) console.log(done.join("\n"));
    throw error;
  }
  return done.join("\n");
}

/** Imports the lines of an export. Says how many it refused, after what became of each. */
export async function importedClients(clients: ClientAdministrationTools, text: string): Promise<string> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const outcomes: string[] = [];
  let refused = 0;
  try {
    for (const line of lines) {
      const imported = await clients.importClient(line);
      if (REFUSED.includes(imported.outcome)) refused += 1;
      outcomes.push(JSON.stringify(imported));
    }
    if (refused > 0) throw new Error(`${refused} of ${lines.length} lines were refused`);
  } catch (error) {
    if (outcomes.length > 0) console.log(outcomes.join("\n"));
    throw error;
  }
  return outcomes.join("\n");
}

/** A client that is there already was imported before: repeating an import is no failure. */
const REFUSED: readonly string[] = ["refused", "not_a_client"];

type Outcome = AppliedClient | ({ readonly clientId: string } & AddedClient);

async function* outcomesOf(
  clients: ClientAdministrationTools,
  subcommand: string,
  given: readonly StaticClient[],
): AsyncGenerator<Outcome & { readonly client?: RegisteredClient }> {
  if (subcommand === "apply") {
    yield* await clients.applyClients(given);
    return;
  }
  for (const client of given) yield { clientId: client.clientId, ...(await clients.addClient(client)) };
}

const FAILED: readonly string[] = ["refused", "duplicate_client_id", "not_ours", "conflict"];

/** @throws SettingError for a file that has no clients */
export async function readClients(path: string): Promise<readonly StaticClient[]> {
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
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as { readonly code?: string };
    throw new SettingError(`${path} cannot be read (${code ?? "unknown error"})`);
  }
}
