import type { Database } from "../database/open-database.js";
import type { Answer } from "./answer.js";

/** Tells whoever sits at the terminal that a change is missing in an audit log that the server keeps in the database. */
export async function withHint(answer: Answer, database: Database): Promise<Answer> {
  if (!process.stderr.isTTY) return answer;
  const { events } = await (await database.openAuditLog()).readEvents({ limit: 1 });
  if (events.length === 0) return answer;
  const hint =
    "The audit log of this database does not have this change. Give the --audit of the server, such as --audit database.";
  return { ...answer, note: answer.note === undefined ? hint : `${answer.note}\n${hint}` };
}
