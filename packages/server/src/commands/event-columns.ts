import type { AuditEvent } from "@oauth-dcr/core";
import type { Column } from "../terminal/table.js";

interface Recorded {
  readonly position: number;
  readonly event: AuditEvent;
}

/** What the table shows by itself; the rest is in the last column. */
const SHOWN = ["type", "at", "actor", "clientId", "requestId"];

/** What a list shows of an audit event. */
export const EVENT_COLUMNS: readonly Column[] = [
  { title: "position", of: ({ position }: Recorded) => position },
  { title: "at", of: ({ event }: Recorded) => event.at, width: Infinity },
  { title: "type", of: ({ event }: Recorded) => event.type, width: Infinity },
  { title: "actor", of: ({ event }: Recorded) => event.actor },
  { title: "client", of: ({ event }: Recorded) => ("clientId" in event ? event.clientId : ""), width: 48 },
  {
    title: "more",
    of: ({ event }: Recorded) =>
      Object.fromEntries(
        Object.entries(event).filter(
          ([name, value]) => !SHOWN.includes(name) && value !== undefined && !isEmpty(value),
        ),
      ),
    width: 60,
  },
];

/** What the history of one client shows of an event. */
export const HISTORY_COLUMNS: readonly Column[] = [
  { title: "when", of: ({ event }: Recorded) => event.at, width: Infinity },
  { title: "what", of: ({ event }: Recorded) => event.type, width: Infinity },
  { title: "who", of: ({ event }: Recorded) => event.actor },
  { title: "reason", of: ({ event }: Recorded) => reasonOf(event), width: 60 },
];

/** Why an operator did it, a policy held it, or the server refused it. */
function reasonOf(event: AuditEvent): unknown {
  const { statusReason, heldBecause, reason }: Readonly<Record<string, unknown>> = { ...event };
  return statusReason ?? heldBecause ?? reason;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
