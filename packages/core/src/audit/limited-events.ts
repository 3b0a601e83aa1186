import type { RequestContext } from "../access/request-context.js";
import type { AuditEvent, RequestRefusedEvent } from "./audit-event.js";

/** How long the events of one limit and address are gathered. */
const WINDOW_MILLISECONDS = 60_000;

/** How many limits and addresses are gathered at a time. */
const MOST_KEYS = 1000;

interface Gathered {
  readonly since: number;
  /** The last event of those that were not recorded. */
  last?: RequestRefusedEvent;
  occurrences: number;
}

/**
 * Lets one event stand for many that a rate limit or a quota turned away: a caller who is over a limit can send requests as
 * fast as the network, and each would grow the log. The first is recorded at once. Those that follow within a minute, of
 * the same address and limit, are counted, and recorded as one.
 */
export function limitedEvents(record: (event: AuditEvent, context?: RequestContext) => void) {
  // In the order of their beginning.
  const gathered = new Map<string, Gathered>();

  function end(key: string, { last, occurrences }: Gathered, context?: RequestContext): void {
    gathered.delete(key);
    if (last) record(occurrences > 1 ? { ...last, occurrences } : last, context);
  }

  function gather(event: RequestRefusedEvent, context?: RequestContext): void {
    const now = Date.parse(event.at);
    for (const [key, one] of gathered) {
      if (now - one.since < WINDOW_MILLISECONDS && gathered.size <= MOST_KEYS) break;
      end(key, one, context);
    }
    const { type, clientAddress, source, rateLimit, quotaKey } = event;
    const key = JSON.stringify([type, clientAddress, source, rateLimit, quotaKey]);
    const known = gathered.get(key);
    if (known) {
      known.last = event;
      known.occurrences += 1;
      return;
    }
    gathered.set(key, { since: now, occurrences: 0 });
    record(event, context);
  }

  return {
    record: (event: AuditEvent, context?: RequestContext): void => {
      if (event.type === "registration_limited" || event.type === "client_management_limited") {
        gather(event, context);
      } else record(event, context);
    },
    /** Records what was counted until now. */
    flush(): void {
      for (const [key, one] of gathered) end(key, one);
    },
  };
}
