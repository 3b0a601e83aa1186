import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import { meetsQuery } from "../store/client-search.js";
import { findClients } from "../store/find-clients.js";
import type { ClientQuery } from "../store/registration-store.js";
import type { AdministrationConfig } from "./administration-config.js";
import type { RegisteredClient } from "../store/records.js";
import { removeClient, type RemoveOptions } from "./remove-client.js";

/** Options of `purgeClients`. */
export interface PurgeOptions extends Omit<RemoveOptions, "version"> {
  /**
   * Removes only those of these clients that still meet the query, such as the `clientIds` of a dry run. Default: every client that
   * meets it.
   */
  readonly clientIds?: readonly string[];
  /** If `true`, only returns what would be removed. Default `true`. */
  readonly isDryRun?: boolean;
  /** The maximum number of clients to remove. Default 100. */
  readonly limit?: number;
}

/** The result of a purge, or of a dry run. */
export interface Purge {
  /** The clients that were removed, or that would be removed. */
  readonly clientIds: readonly string[];
  /** Whether the purge stopped at its limit, so that there may be more. */
  readonly more: boolean;
}

/** Removes the clients that meet a query, one after the other. */
export async function purgeClients(
  query: ClientQuery,
  options: PurgeOptions = {},
  config: AdministrationConfig,
): Promise<Purge> {
  requireKnownOptions("options", options, [
    "clientIds",
    "isDryRun",
    "limit",
    "reason",
    "operator",
  ] satisfies (keyof PurgeOptions)[]);
  const { clientIds: only, isDryRun = true, limit = 100, ...said } = options;
  requirePositiveInteger(limit, "ERR_OPTION", "limit");
  // A filter that was lost on the way must not remove what it was to keep.
  const hasCriterion = Object.values(query as object).some((value) => value !== undefined);
  requireThat(isDryRun || hasCriterion, "ERR_OPTION", "query: a purge must say which clients it removes");
  // A purge of what is old must not end a ban, unless it asks for what is disabled.
  const isLeft = (client: RegisteredClient): boolean => query.status !== "disabled" && isBan(client);
  const clientIds: string[] = [];
  for await (const clientId of only ?? found()) {
    if (clientIds.length === limit) return { clientIds, more: true };
    if (await isDone(clientId)) clientIds.push(clientId);
  }
  return { clientIds, more: false };

  async function* found(): AsyncGenerator<string> {
    for (let after: string | undefined; ;) {
      const paging = { limit: 100, ...(after !== undefined && { after }) };
      const page = await findClients(config.store, { ...query, ...paging });
      for (const client of page.clients) if (!isLeft(client)) yield client.clientId;
      if (page.next === undefined) return;
      after = page.next;
    }
  }

  /** Somebody may have promoted, approved or used it since it was read: the tokens of those before it take their time. */
  async function isDone(clientId: string): Promise<boolean> {
    const client = await config.store.findClient(clientId);
    if (!client || isLeft(client) || !meetsQuery(client, query)) return false;
    return isDryRun || removeClient(clientId, said, config);
  }
}

/** Whether the record is all that keeps the client out: known by a document or a federation, it comes back under the same name. */
function isBan({ status, origin }: RegisteredClient): boolean {
  return status === "disabled" && ["metadata_document", "federation"].includes(origin.source);
}
