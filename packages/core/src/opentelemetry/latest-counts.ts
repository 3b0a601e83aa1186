import { nowSeconds, type Clock } from "../lib/clock.js";
import type { ClientCount, RegistrationStore } from "../store/registration-store.js";

/** A store that stays silent for so long does not get its old counts reported as those of now. */
const SILENT_MILLISECONDS = 60_000;

/**
 * Returns the counts of a store that it answered last, and asks again if they are older than `everySeconds`. One question at a time
 * is under way, and nobody waits for it. `undefined` until the first answer, after a failed question, and while the store is silent.
 */
export function latestCounts(
  store: Pick<RegistrationStore, "countClients">,
  everySeconds: number,
  clock: Clock,
): () => readonly ClientCount[] | undefined {
  let latest: readonly ClientCount[] | undefined;
  let askedAt = -Infinity;
  let isAsking = false;

  async function ask(): Promise<void> {
    askedAt = clock();
    isAsking = true;
    try {
      latest = await store.countClients(nowSeconds(clock));
    } catch {
      // A traced store tells of it.
      latest = undefined;
    } finally {
      isAsking = false;
    }
  }

  function isOver(milliseconds: number): boolean {
    const age = clock() - askedAt;
    // Negative: the clock was put back.
    return age < 0 || age >= milliseconds;
  }

  // So that the first collection has counts, if the store answers before it.
  void ask();
  return () => {
    if (!isAsking && isOver(everySeconds * 1000)) void ask();
    return isAsking && isOver(SILENT_MILLISECONDS) ? undefined : latest;
  };
}
