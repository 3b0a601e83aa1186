import type { Clock } from "../lib/clock.js";

/** What went wrong in one round. */
interface Trouble {
  readonly failed: number;
  readonly dead: number;
  readonly lost: number;
  readonly problem: string | undefined;
}

const TOLD_EVERY_MILLISECONDS = 60_000;

/** Tells of trouble at once, and then at most once a minute, with numbers. */
export function troubleTeller(name: string, onError: (error: Error) => void, clock: Clock) {
  let [failed, dead, lost] = [0, 0, 0];
  let last: string | undefined;
  let toldAt = -Infinity;

  return function tell(trouble: Trouble): void {
    failed += trouble.failed;
    dead += trouble.dead;
    lost += trouble.lost;
    last = trouble.problem ?? last;
    if (failed + dead + lost === 0 || clock() - toldAt < TOLD_EVERY_MILLISECONDS) return;
    const why = last === undefined ? "" : ` (the last: ${last})`;
    const error = new Error(
      `webhooks of ${name}: ${failed} attempts failed${why}, ${dead} messages are dead, ${lost} are lost`,
    );
    [failed, dead, lost] = [0, 0, 0];
    last = undefined;
    toldAt = clock();
    try {
      onError(error);
    } catch (failure) {
      console.error("oauth-dcr:", error, "and onError failed:", failure);
    }
  };
}
