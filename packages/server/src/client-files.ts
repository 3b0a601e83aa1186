import { readFile } from "node:fs/promises";
import type { RegisteredClient } from "@oauth-dcr/core";
import {
  foreignClient,
  type AppliedClient,
  type ClientAdministrationTools,
  type StaticClient,
} from "@oauth-dcr/core/administration";
import type { CommandAnswer } from "./command-line.js";
import { SettingError } from "./setting-error.js";

/** Adds, or brings the list to what it says. A secret that was made is shown here, and never again. */
export async function appliedClients(
  clients: ClientAdministrationTools,
  subcommand: string,
  given: readonly StaticClient[],
): Promise<CommandAnswer> {
  const outcomes: AppliedClient[] | object[] =
    subcommand === "apply"
      ? [...(await clients.applyClients(given))]
      : await Promise.all(
          given.map(async (client) => ({ clientId: client.clientId, ...(await clients.addClient(client)) })),
        );
  return answerOf(outcomes);
}

/**
 * A line for each client, on standard output also where others failed: what was added has a secret that is shown once. How
 * many failed goes to the error stream, and the exit code is 1.
 */
export function answerOf(outcomes: readonly object[]): CommandAnswer {
  const lines = outcomes.map((outcome) => {
    const { client: _, ...shown } = outcome as { readonly client?: RegisteredClient };
    return JSON.stringify(shown);
  });
  const failed = outcomes.filter((outcome) => FAILED.includes((outcome as AppliedClient).outcome)).length;
  if (failed > 0) {
    console.error(`oauth-dcr: ${failed} of ${outcomes.length} clients failed; the outcome of each says why`);
  }
  return { text: lines.join("\n"), exitCode: failed > 0 ? 1 : 0 };
}

const FAILED: readonly string[] = ["refused", "duplicate_client_id", "not_ours", "conflict", "not_a_client"];

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
    if (!foreign) throw new SettingError(`${path}: [${index}] is no client with clientId and metadata`);
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
