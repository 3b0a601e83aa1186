import { consentAfter, type GivenConsent, type RecordConsentOutcome } from "@oauth-dcr/core/consent";
import type { EventNotes } from "../sql/event-notes.js";
import type { Dialect } from "../sql/statements.js";
import { query, type Transition } from "../sql/transition.js";
import { fromConsentRow, isSeen } from "./consent-row.js";
import { consentStatements } from "./statements.js";

/** Somebody recorded the first consent of the same user for the same client: to be rolled back and begun anew. */
interface Overtaken {
  readonly outcome: "overtaken";
}

/**
 * Records a consent, in a transaction. Rows are locked in one order: client, consent.
 *
 * @param notes takes the texts of the events; without it there are none
 */
export function recordConsentTransition(dialect: Dialect, notes?: EventNotes) {
  const sql = consentStatements(dialect);

  return function* recordConsent(
    given: GivenConsent,
    events: readonly string[],
  ): Transition<RecordConsentOutcome | Overtaken> {
    const { userId, clientId } = given;
    const [client] = yield* query(sql.shareClient, clientId);
    if (!client) return { outcome: "not_found" };
    if (!isSeen(given, client)) return { outcome: "changed" };
    const [row] = yield* query(sql.lockConsent, userId, clientId);
    const grants = JSON.stringify(consentAfter(row && fromConsentRow(row), given).grants);
    const written: readonly unknown[] = row
      ? yield* query(sql.updateConsent, grants, userId, clientId)
      : yield* query(sql.insertConsent, userId, clientId, grants);
    if (written.length === 0) return { outcome: "overtaken" };
    if (notes && events.length > 0) yield* notes.note(events);
    return { outcome: "recorded" };
  };
}
