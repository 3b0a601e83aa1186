/** A shorter time is no reason to try all messages again: one that no receiver takes would use up its attempts. */
const LONG_SECONDS = 60;

/**
 * Notices when an endpoint that took nothing for a minute takes messages again. At the start nobody knows, and messages may
 * have waited for long: the first success counts.
 *
 * @param startedAt seconds since the epoch, as all instants here
 */
export function endpointOutage(startedAt: number) {
  let downSince: number | undefined = -Infinity;
  return {
    /** Whether a success now ends an outage. */
    endsWith: (now: number): boolean => downSince !== undefined && now - downSince >= LONG_SECONDS,
    success(): void {
      downSince = undefined;
    },
    /** A new message was not taken, and no other either. */
    failure(now: number): void {
      downSince = Math.max(downSince ?? now, startedAt);
    },
  };
}
