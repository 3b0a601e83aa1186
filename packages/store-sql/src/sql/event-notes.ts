import type { AuditEvents } from "@oauth-dcr/core/store";
import type { Transition } from "./transition.js";

/** Where the audit events of a change go, inside the transaction that makes the change. */
export interface EventNotes {
  /** Takes the texts of events. */
  readonly note: (texts: readonly string[]) => Transition<void>;
  /** The events that were committed with their change. */
  readonly written: WeakSet<object>;
}

/**
 * Makes a change with the texts of its events, and remembers that they are written if it was made. Without `notes` the
 * change has no events.
 *
 * @param isMade whether the outcome says that the change was made, and its events with it
 */
export async function withEvents<Outcome>(
  notes: EventNotes | undefined,
  events: AuditEvents | undefined,
  change: (texts: readonly string[]) => Promise<Outcome>,
  isMade: (outcome: Outcome) => boolean,
): Promise<Outcome> {
  if (!notes || !events) return change([]);
  const outcome = await change(events.map((event) => JSON.stringify(event)));
  if (isMade(outcome)) for (const event of events) notes.written.add(event);
  return outcome;
}
