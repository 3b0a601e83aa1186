import type { DatabaseStatus } from "@oauth-dcr/store-sql";
import { one } from "../command-line/answer.js";
import type { Command } from "../command-line/command.js";
import { onDatabase } from "../command-line/operator-registration.js";
import { migrationNote, schemaOf } from "./migrate.js";
import type { Database } from "../database/open-database.js";

/** What a database holds. */
export const status: Command = {
  name: "status",
  says: "show the database: its schema, clients by state, source and tier, quotas, audit log and webhooks",
  more: "It changes nothing: a database of an older version is not migrated. clients.expired counts clients that the next sweep deletes. quotas has the five fullest; compare them with --quota of the server.",
  examples: [
    ["status", "the database of this folder"],
    ["status --database postgres://db/oauth --json", "one JSON document, for a monitor"],
  ],
  run: (call) =>
    onDatabase(call, async (database) => {
      const { contents, ...versions } = await database.status();
      const told = { database: database.place, schema: schemaOf(versions) };
      if (!contents) return { ...one(told), note: migrationNote(versions) };
      return one({
        ...told,
        ...(await countsOf(database)),
        ...contentsOf(contents),
        ...(await logOf(database)),
      });
    }),
};

async function countsOf(database: Database): Promise<object> {
  const store = await database.openStore();
  const counts = await store.countClients(Math.floor(Date.now() / 1000));
  const by = (group: "status" | "source" | "tier") => {
    const sums: Record<string, number> = {};
    for (const each of counts) sums[each[group]] = (sums[each[group]] ?? 0) + each.clients;
    return sums;
  };
  return { clients: by("status"), bySource: by("source"), byTier: by("tier") };
}

function contentsOf({
  fullestQuotas,
  webhooks,
  pendingAuditEvents,
}: NonNullable<DatabaseStatus["contents"]>) {
  return {
    quotas: fullestQuotas.map(({ quotaKey, clients }) => ({ quota: quotaKey, unusedClients: clients })),
    webhooks,
    pendingAuditEvents,
  };
}

async function logOf(database: Database): Promise<object> {
  const log = await database.openAuditLog();
  const [newest] = (await log.readEvents({ limit: 1 })).events;
  return {
    auditLog: newest
      ? { lastPosition: newest.position, lastEvent: newest.event.type, lastEventAt: newest.event.at }
      : { lastPosition: 0 },
  };
}
