/** The section of a specification that has the requirement. */
export interface Section {
  /** Its name, such as `RFC 7591 section 3.2.1`. */
  readonly name: string;
  /** Its address. */
  readonly url: string;
}

/**
 * How a check ended.
 *
 * - `passed`: the server does what the check asks for.
 * - `failed`: the server breaks a requirement, or lets an attack through.
 * - `warned`: the specification leaves the choice to the server, but this choice breaks clients or weakens security.
 * - `skipped`: the check could not be made; `observed` says why.
 */
export type Outcome = "passed" | "failed" | "warned" | "skipped";

/** What one check found. */
export interface CheckResult {
  /** Stable name, such as `redirect-uris.javascript`. */
  readonly id: string;
  /** What the check asks for, in one sentence. */
  readonly title: string;
  /** Where the requirement comes from. */
  readonly section: Section;
  /** How the check ended. */
  readonly outcome: Outcome;
  /** What the server did, or why the check was skipped. Text of the server is escaped and cut. */
  readonly observed: string;
  /** What breaks, and for whom. Only with `failed` and `warned`. */
  readonly impact?: string;
  /** How to fix it. Only with `failed` and `warned`. */
  readonly remedy?: string;
}

/** A client that the checks registered and could not delete. */
export interface LeftBehindClient {
  /** Its `client_id`, escaped and cut. */
  readonly clientId: string;
  /** Why it could not be deleted. */
  readonly reason: string;
}

/** What all checks found about one authorization server. */
export interface ConformanceReport {
  /** The issuer URL that was checked. */
  readonly url: string;
  /** When the checks began, in ISO 8601. */
  readonly startedAt: string;
  /** One result for each check, in the order in which they were made. */
  readonly results: readonly CheckResult[];
  /** How many checks ended in each way. */
  readonly counts: Readonly<Record<Outcome, number>>;
  /** How many requests were sent. */
  readonly requestCount: number;
  /** Clients that the operator has to delete. */
  readonly leftBehind: readonly LeftBehindClient[];
  /** Why the checks ended early. Left out when all were made. */
  readonly stopped?: string;
}
