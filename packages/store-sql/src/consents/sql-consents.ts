import type { Awaitable } from "@oauth-dcr/core";
import type {
  ConsentPage,
  ConsentPageRequest,
  ConsentStore,
  GivenConsent,
  RecordConsentOutcome,
} from "@oauth-dcr/core/consent";
import { isStorable, requireInstants } from "../sql/client-row.js";
import { withEvents, type EventNotes } from "../sql/event-notes.js";
import type { Dialect } from "../sql/statements.js";
import type { Query, Row, SqlValue } from "../sql/transition.js";
import { fromConsentRow } from "./consent-row.js";
import { consentStatements } from "./statements.js";

/** A consent store that answers later, each call with a promise. */
export type PromisedConsents = {
  readonly [Method in keyof ConsentStore]: (
    ...args: Parameters<ConsentStore[Method]>
  ) => Promise<Awaited<ReturnType<ConsentStore[Method]>>>;
};

/** What the consents need of a database. The `events` are the texts of a change's audit events. */
interface ConsentDatabase {
  readonly notes?: EventNotes | undefined;
  /** Answers a statement that reads. */
  readonly rows: (query: Query) => Awaitable<readonly Row[]>;
  /** Runs a statement that writes, and answers with a row for each row that it changed. */
  readonly write: (query: Query, events: readonly string[]) => Promise<readonly Row[]>;
  readonly recordConsent: (given: GivenConsent, events: readonly string[]) => Promise<RecordConsentOutcome>;
}

/** The consents of a database that has their table. Text that the table cannot hold is nobody's identifier. */
export function sqlConsents(dialect: Dialect, database: ConsentDatabase): PromisedConsents {
  const sql = consentStatements(dialect);

  async function pageOf(
    text: string,
    id: string,
    { after = "", limit }: ConsentPageRequest,
    key: "userId" | "clientId",
  ): Promise<ConsentPage> {
    if (![id, after].every(isStorable)) return { consents: [] };
    const found = (await read(text, id, after, limit + 1)).map(fromConsentRow);
    const consents = found.slice(0, limit);
    const last = consents.at(-1);
    return { consents, ...(last && found.length > limit && { next: last[key] }) };
  }

  const read = async (text: string, ...values: readonly SqlValue[]) => database.rows({ sql: text, values });

  return Object.freeze<PromisedConsents>({
    async recordConsent(consent, events) {
      const { userId, clientId, destination, scopes, at, consentSince } = consent;
      if (![userId, clientId, destination, ...scopes].every(isStorable)) {
        throw new TypeError("userId, clientId, destination and scopes: must be well-formed and without NUL");
      }
      requireInstants(at, consentSince);
      const given = { ...consent, scopes: [...scopes] };
      const change = async (texts: readonly string[]) => database.recordConsent(given, texts);
      return withEvents(database.notes, events, change, ({ outcome }) => outcome === "recorded");
    },
    async findConsent(userId, clientId) {
      const [row] = [userId, clientId].every(isStorable) ? await read(sql.findConsent, userId, clientId) : [];
      const consent = row && fromConsentRow(row);
      if (consent && (consent.userId !== userId || consent.clientId !== clientId)) {
        throw new Error("The database answered with another consent");
      }
      return consent;
    },
    async withdrawConsent(userId, clientId, events) {
      if (![userId, clientId].every(isStorable)) return { outcome: "not_found" };
      const query = { sql: sql.deleteConsent, values: [userId, clientId] };
      const change = async (texts: readonly string[]) => database.write(query, texts);
      const deleted = await withEvents(database.notes, events, change, ({ length }) => length > 0);
      return { outcome: deleted.length > 0 ? "withdrawn" : "not_found" };
    },
    findConsentsOfUser: async (userId, page) => pageOf(sql.listOfUser, userId, page, "clientId"),
    findConsentsForClient: async (clientId, page) => pageOf(sql.listForClient, clientId, page, "userId"),
    async forgetUser(userId) {
      if (!isStorable(userId)) return 0;
      return (await database.write({ sql: sql.deleteConsentsOfUser, values: [userId] }, [])).length;
    },
  });
}
