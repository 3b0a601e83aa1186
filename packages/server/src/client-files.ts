import { readFile } from "node:fs/promises";
import type { RegisteredClient } from "@oauth-dcr/core";
import {
  foreignClient,
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
  const outcomes: AppliedClient[] | object[] =
    subcommand === "apply"
      ? [...(await clients.applyClients(given))]
      : await Promise.all(
          given.map(async (client) => ({ clientId: client.clientId, ...(await clients.addClient(client)) })),
        );
  const lines = outcomes.map((outcome) => {
    const { client: _, ...shown } = outcome as { readonly client?: RegisteredClient };
    return JSON.stringify(shown);
  });
  if (outcomes.some((outcome) => FAILED.includes((outcome as AppliedClient).outcome))) {
    throw new Error(lines.join("\n"));
  }
  return lines.join("\n");
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
