import type { RequestContext } from "../access/request-context.js";
import type { AuditEvent, RequestRefusedEvent } from "./audit-event.js";

/** How long the events of one limit and caller are gathered. */
const WINDOW_MILLISECONDS = 60_000;

/** How many limits and callers are gathered at a time. */
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
 * the same caller and limit, are counted, and recorded as one. Who is one caller the limit says: it counts all addresses of a
 * network together, and a limit of all together counts everybody.
 */
export function limitedEvents(record: (event: AuditEvent, context?: RequestContext) => void) {
  // In the order of their beginning.
  const gathered = new Map<string, Gathered>();

  function end(key: string, { last, occurrences }: Gathered, context?: RequestContext): void {
    gathered.delete(key);
    if (last) record(occurrences > 1 ? { ...last, occurrences } : last, context);
  }

  function gather(event: RequestRefusedEvent, context?: RequestContext, limitKey?: string): void {
    const now = Date.parse(event.at);
    for (const [key, one] of gathered) {
      if (now - one.since < WINDOW_MILLISECONDS && gathered.size <= MOST_KEYS) break;
      end(key, one, context);
    }
    const { type, clientAddress, source, rateLimit, quotaKey } = event;
    const key = JSON.stringify([type, source, rateLimit, quotaKey, limitKey ?? quotaKey ?? clientAddress]);
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
    record: (event: AuditEvent, context?: RequestContext, limitKey?: string): void => {
      if (event.type === "registration_limited" || event.type === "client_management_limited") {
        gather(event, context, limitKey);
      } else record(event, context);
    },
    /** Records what was counted until now. */
    flush(): void {
      for (const [key, one] of gathered) end(key, one);
    },
  };
}
