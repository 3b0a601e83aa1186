import type { ConsoleAuditLog } from "../options.js";
import { listOf, textOf, type Said } from "./said.js";

/** How a registration ended. */
export const OUTCOMES = ["registered", "reused", "refused", "limited"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What the newest events add up to. */
export interface Activity {
  /** How many of each outcome there were in an hour, by the hour since the epoch. */
  readonly hours: ReadonlyMap<number, Readonly<Record<Outcome, number>>>;
  /** Why registrations were refused, the most frequent first. */
  readonly reasons: readonly (readonly [reason: string, count: number])[];
  /** How many events were read. */
  readonly events: number;
  /** Where the numbers begin, in seconds since the epoch, if that is later than the window. */
  readonly since?: number;
}

/** Reads the activity. Rejects when the log cannot answer. */
export type ReadActivity = () => Promise<Activity>;

export const WINDOW_HOURS = 168;
/** Bounds for what one reading costs: so many events at the first one, and between two. */
const MOST_EVENTS = 10_000;
const PAGE = 1000;
const MOST_REASONS = 300;
/** How long an answer is used again. */
const FRESH_MILLISECONDS = 3_000;

interface Tally {
  readonly hours: Map<number, Record<Outcome, number>>;
  readonly reasons: Map<string, number>;
  events: number;
  /** The newest event that was counted. */
  position: number;
  since?: number;
}

/**
 * Counts the newest events, and from then on those that came since. A reading never goes over more than 10,000 events: where there
 * are more, the count begins anew with the newest.
 *
 * @param clock milliseconds since the epoch
 */
export function activityReader({ readEvents }: ConsoleAuditLog, clock: () => number): ReadActivity {
  let tally: Tally | undefined;
  let readAt = -Infinity;
  let reading: Promise<Activity> | undefined;

  async function read(): Promise<Activity> {
    const from = hourOf(clock()) - WINDOW_HOURS + 1;
    const known = tally?.position ?? 0;
    const found: { readonly position: number; readonly said: Said }[] = [];
    let isWhole = false;
    for (let before: number | undefined; found.length < MOST_EVENTS && !isWhole;) {
      const page = await readEvents({ limit: PAGE, ...(before !== undefined && { before }) });
      for (const { position, event } of page.events) {
        const said = { ...event };
        isWhole ||= position <= known || hourOf(Date.parse(textOf(said.at))) < from;
        if (isWhole) break;
        found.push({ position, said });
      }
      isWhole ||= page.next === undefined;
      before = page.next;
    }
    const next: Tally =
      tally && isWhole ? tally : { hours: new Map(), reasons: new Map(), events: 0, position: 0 };
    for (const { said } of found) count(said, next);
    next.position = Math.max(next.position, found[0]?.position ?? 0, known);
    const since = Math.floor(Date.parse(textOf(found.at(-1)?.said["at"])) / 1000);
    if (!isWhole && Number.isSafeInteger(since)) next.since = since;
    if (next.since !== undefined && hourOf(next.since * 1000) < from) delete next.since;
    for (const hour of next.hours.keys()) if (hour < from) next.hours.delete(hour);
    tally = next;
    readAt = clock();
    return activityOf(next);
  }

  return async () => {
    if (tally && clock() - readAt < FRESH_MILLISECONDS) return activityOf(tally);
    reading ??= read().finally(() => (reading = undefined));
    return reading;
  };
}

function activityOf({ hours, reasons, events, since }: Tally): Activity {
  return {
    hours,
    reasons: [...reasons].sort(([, one], [, other]) => other - one),
    events,
    ...(since !== undefined && { since }),
  };
}

const OUTCOME_OF: ReadonlyMap<unknown, Outcome> = new Map([
  ["client_registered", "registered"],
  ["client_reused", "reused"],
  ["registration_refused", "refused"],
  ["registration_limited", "limited"],
]);

function count(said: Said, tally: Tally): void {
  tally.events += 1;
  const outcome = OUTCOME_OF.get(said["type"]);
  const hour = hourOf(Date.parse(textOf(said["at"])));
  if (outcome === undefined || Number.isNaN(hour)) return;
  const { occurrences } = said;
  const times = Number.isSafeInteger(occurrences) ? Number(occurrences) : 1;
  const counts = tally.hours.get(hour) ?? { registered: 0, reused: 0, refused: 0, limited: 0 };
  counts[outcome] += times;
  tally.hours.set(hour, counts);
  const reason = reasonOf(said);
  if (reason !== "" && (tally.reasons.size < MOST_REASONS || tally.reasons.has(reason))) {
    tally.reasons.set(reason, (tally.reasons.get(reason) ?? 0) + times);
  }
}

/** The rule of the first error, which says more than that metadata were refused. */
function reasonOf(said: Said): string {
  const reason = textOf(said["reason"]);
  if (reason !== "refused_metadata") return reason;
  const rule = listOf(said["findings"]).find(({ severity }) => severity === "error")?.["rule"];
  return textOf(rule) || reason;
}

export function hourOf(milliseconds: number): number {
  return Math.floor(milliseconds / 3_600_000);
}
