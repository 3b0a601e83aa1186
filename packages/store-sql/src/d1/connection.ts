import type { D1Database, D1Statement } from "./database.js";
import type { Query, Row } from "../sql/transition.js";

/**
 * How often a change begins anew because somebody else was quicker. Each time somebody else's change was written, so that
 * all together always get on; only one that many others overtake again and again comes to this end.
 */
const MOST_ATTEMPTS = 30;

/** Holds the version of the schema in its one row. */
export const VERSION_TABLE = "schema_version";

/** What {@link onlyWhere} makes of a condition that does not hold. */
const NO_LONGER_HOLDS = `NOT NULL constraint failed: ${VERSION_TABLE}.version`;

/** An expression that is true or false in the database. */
export type Condition = Query;

/** What a change makes of what it read. */
export interface Plan<Outcome> {
  /** What the decision rests on. Where it does not hold any more, nothing is written and the change begins anew. */
  readonly provided: readonly Condition[];
  /** None, for an outcome that leaves all as it is. */
  readonly writes: readonly Query[];
  /** Takes the rows that each of the writes answered with. */
  readonly outcome: (written: Answers) => Outcome;
}

/** The rows of each of several statements. */
export type Answers = readonly (readonly Row[])[];

/** Runs statements. It holds nothing that one request of a worker would have to wait for in another. */
export interface D1Connection {
  readonly rows: (query: Query) => Promise<readonly Row[]>;
  /** Runs statements in one transaction. */
  batch(queries: readonly Query[]): Promise<Answers>;
  /**
   * Reads, decides, and writes what was decided in one transaction with a look at whether that is still right. D1 has no
   * transaction that would stay open from the one to the other.
   */
  change<Outcome>(reads: readonly Query[], plan: (found: Answers) => Plan<Outcome>): Promise<Outcome>;
}

export function d1Connection(database: D1Database): D1Connection {
  const prepared = ({ sql, values }: Query): D1Statement => {
    const statement = database.prepare(sql);
    return values.length === 0 ? statement : statement.bind(...values);
  };

  async function batch(queries: readonly Query[]): Promise<Answers> {
    const answers = await database.batch(queries.map(prepared));
    return answers.map(({ results }) => results as readonly Row[]);
  }

  return {
    rows: async (query) => (await prepared(query).all()).results as readonly Row[],
    batch,
    async change(reads, plan) {
      for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
        const { provided, writes, outcome } = plan(await batch(reads));
        if (writes.length === 0) return outcome([]);
        try {
          const [, ...written] = await batch([onlyWhere(provided), ...writes]);
          return outcome(written);
        } catch (error) {
          if (!(error instanceof Error && error.message.includes(NO_LONGER_HOLDS))) throw error;
        }
      }
      throw new Error("others changed the same again and again");
    },
  };
}

/** A statement that does nothing where the conditions hold, and fails, its whole batch with it, where they do not. */
function onlyWhere(conditions: readonly Condition[]): Query {
  const all = conditions.map(({ sql }) => `(${sql})`).join(" AND ");
  return {
    sql: `INSERT INTO ${VERSION_TABLE} (version) SELECT NULL WHERE NOT (${all})`,
    values: conditions.flatMap(({ values }) => values),
  };
}
