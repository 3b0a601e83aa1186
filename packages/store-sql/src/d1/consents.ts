import { consentAfter, type GivenConsent, type RecordConsentOutcome } from "@oauth-dcr/core/consent";
import { fromConsentRow, isSeen } from "../consents/consent-row.js";
import { sqlConsents, type PromisedConsents } from "../consents/sql-consents.js";
import { consentStatements } from "../consents/statements.js";
import type { Row, SqlValue } from "../sql/transition.js";
import { SQLITE } from "../sqlite/connection.js";
import type { Condition, D1Connection } from "./connection.js";

/** Consents in D1: what was read is written together with the conditions that the decision rests on. */
export function d1Consents(connection: D1Connection): PromisedConsents {
  const sql = consentStatements(SQLITE);

  async function recordConsent(given: GivenConsent): Promise<RecordConsentOutcome> {
    const { userId, clientId } = given;
    const reads = [
      { sql: sql.shareClient, values: [clientId] },
      { sql: sql.findConsent, values: [userId, clientId] },
    ];
    return connection.change<RecordConsentOutcome>(reads, ([clients, consents]) => {
      const [client, consent] = [clients?.[0], consents?.[0]];
      const refused = (outcome: "not_found" | "changed") => ({
        ...{ provided: [], writes: [] },
        outcome: () => ({ outcome }),
      });
      if (!client) return refused("not_found");
      if (!isSeen(given, client)) return refused("changed");
      const grants = JSON.stringify(consentAfter(consent && fromConsentRow(consent), given).grants);
      return {
        provided: [clientAsRead(clientId, client), consentAsRead(userId, clientId, consent)],
        writes: [
          consent
            ? { sql: sql.updateConsent, values: [grants, userId, clientId] }
            : { sql: sql.insertConsent, values: [userId, clientId, grants] },
        ],
        outcome: () => ({ outcome: "recorded" }),
      };
    });
  }

  return sqlConsents(SQLITE, { rows: connection.rows, write: connection.rows, recordConsent });
}

function clientAsRead(clientId: string, client: Row): Condition {
  return {
    sql: "EXISTS (SELECT 1 FROM client WHERE client_id = ? AND requirements = ? AND status = ?)",
    values: [clientId, ...["requirements", "status"].map((column) => client[column] as SqlValue)],
  };
}

function consentAsRead(userId: string, clientId: string, consent: Row | undefined): Condition {
  const grants = consent?.["grants"] as SqlValue | undefined;
  return {
    sql: "(SELECT grants FROM consent WHERE user_id = ? AND client_id = ?) IS ?",
    values: [userId, clientId, grants ?? null],
  };
}
