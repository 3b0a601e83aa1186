import type { AuditLog } from "@oauth-dcr/store-sql";
import type { Row } from "../command-line/answer.js";
import type { Command } from "../command-line/command.js";
import { onDatabase } from "../command-line/operator-registration.js";
import { SettingError } from "../settings/setting-error.js";
import { startProgress } from "../terminal/progress.js";
import { EVENT_COLUMNS } from "./event-columns.js";

type Entry = Awaited<ReturnType<AuditLog["readEvents"]>>["events"][number];

/** How many events are read at a time. */
const PAGE = 1000;
/** How often a log is looked at for new events. */
const LOOK_MILLISECONDS = 500;

/** Prints the newest events. */
export const tail: Command = {
  name: "tail",
  says: "print the newest audit events in chronological order",
  options: {
    number: { value: "N", says: "how many events, 1 to 1000 (default: 20)" },
    follow: { says: "print new events until you stop it" },
  },
  examples: [
    ["audit tail --number 50", "the newest 50 events"],
    ["audit tail --follow --jsonl | jq .event.type", "what happens, as it happens"],
  ],
  run(call) {
    const { number = "20", follow, json } = call.values;
    if (!/^(?:[1-9]\d{0,2}|1000)$/.test(number)) {
      throw new SettingError("--number must be a whole number from 1 to 1000");
    }
    if (follow !== undefined && json !== undefined) {
      throw new SettingError("--follow has no end, and --json is one document: give --jsonl");
    }
    return onDatabase(call, async (database) => {
      const log = await database.openAuditLog();
      const { events } = await log.readEvents({ limit: Number(number) });
      const newest = [...events].reverse();
      if (follow === undefined) return { rows: newest, columns: EVENT_COLUMNS };
      return { rows: followed(log, newest), columns: EVENT_COLUMNS, isEndless: true };
    });
  },
};

/** Prints all events. */
export const exportEvents: Command = {
  name: "export",
  says: "print every audit event in the order in which it was recorded",
  more: "An export has no hashes. To verify the chain later, keep a backup of the database.",
  examples: [["audit export > events.jsonl", "all events, for another system"]],
  run: (call) =>
    onDatabase(call, async (database) => {
      const log = await database.openAuditLog();
      return { rows: allEvents(log), columns: EVENT_COLUMNS };
    }),
};

async function* followed(log: AuditLog, newest: readonly Entry[]): AsyncGenerator<Row> {
  yield* newest;
  for (let last = newest.at(-1)?.position ?? 0; ;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
    for await (const event of eventsAfter(log, last)) {
      yield event;
      last = event.position;
    }
  }
}

async function* allEvents(log: AuditLog): AsyncGenerator<Row> {
  const progress = process.stdout.isTTY ? undefined : startProgress("audit events exported");
  let count = 0;
  try {
    for await (const event of eventsAfter(log, await prunedUpTo(log))) {
      yield event;
      progress?.at((count += 1));
    }
  } finally {
    progress?.end();
  }
}

/** The events behind a position, up to the one that is the newest now. */
async function* eventsAfter(log: AuditLog, position: number): AsyncGenerator<Entry> {
  const last = await newestPosition(log);
  for (let from = position; from < last; from += PAGE) {
    const { events } = await log.readEvents({ limit: PAGE, before: Math.min(from + PAGE, last) + 1 });
    for (const event of [...events].reverse()) if (event.position > from) yield event;
  }
}

/** The position before the oldest event, found by halves: positions have no gaps. */
async function prunedUpTo(log: AuditLog): Promise<number> {
  let [none, some] = [0, await newestPosition(log)];
  while (some - none > 1) {
    const middle = Math.floor((none + some) / 2);
    const { events } = await log.readEvents({ limit: 1, before: middle + 1 });
    if (events.length > 0) some = middle;
    else none = middle;
  }
  return Math.max(some - 1, 0);
}

async function newestPosition(log: AuditLog): Promise<number> {
  return (await log.readEvents({ limit: 1 })).events[0]?.position ?? 0;
}
