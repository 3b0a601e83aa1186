import type { AuditLog } from "./audit-log.js";
import { auditStatements } from "./statements.js";
import { auditTransitions } from "./transitions.js";
import { gather } from "../postgres/gather.js";
import { postgres, type PostgresConnection } from "../postgres/connection.js";
import { runAsync } from "../sql/transition.js";

/** The log in a schema that has its tables. */
export function postgresAuditLog(connection: PostgresConnection, schema: string): AuditLog {
  const { append, verify } = auditTransitions(auditStatements(postgres(schema)));
  const add = gather((events: readonly string[]) => connection.run(() => append(events)));
  return Object.freeze<AuditLog>({
    record: async (event) => add(JSON.stringify(event)),
    verify: async (options) => runAsync(verify(options), connection.rows),
  });
}
