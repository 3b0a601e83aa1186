import { sqliteCondition } from "./condition.js";

/** The most items in one transaction, so that one commit never holds the event loop for long. */
const LARGEST_GROUP = 256;

/** Between two tries while another process holds the write lock. The event loop is free meanwhile. */
const RETRY_MILLISECONDS = 10;

interface GroupCommitOptions<Item, Outcome> {
  /** Writes all the items or none, and answers in their order. Throws for none. */
  readonly commit: (items: readonly Item[]) => readonly Outcome[];
  /** How long an item may wait for a lock. */
  readonly lockTimeoutSeconds: number;
}

interface GroupCommit<Item, Outcome> {
  /** Settles once the transaction that the item shared with others is committed, or has failed. */
  add(item: Item): Promise<Outcome>;
  /** Tries what is waiting one last time; every promise is settled when this returns, and `add` rejects from now on. */
  close(): void;
}

interface Waiting<Item, Outcome> {
  readonly item: Item;
  readonly since: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets items that arrive close together share one commit, because the price of a durable commit is the wait for the
 * disk, whatever the number of rows in it.
 */
export function groupCommit<Item, Outcome>(
  options: GroupCommitOptions<Item, Outcome>,
): GroupCommit<Item, Outcome> {
  const waiting: Waiting<Item, Outcome>[] = [];
  let scheduled = false;
  let closed = false;

  function isPatient({ since }: Waiting<Item, Outcome>): boolean {
    return !closed && performance.now() - since < options.lockTimeoutSeconds * 1000;
  }

  /** Commits the next group. True when it has to wait for a lock. */
  function commitNext(): boolean {
    const group = waiting.splice(0, LARGEST_GROUP);
    try {
      const outcomes = options.commit(group.map(({ item }) => item));
      group.forEach(({ resolve }, index) => resolve(outcomes[index] as Outcome));
      return false;
    } catch (error) {
      const patient = sqliteCondition(error) === "locked" ? group.filter(isPatient) : [];
      // They waited in the order of their arrival, so those who gave up stand in front.
      for (const { reject } of group.slice(0, group.length - patient.length)) reject(error);
      waiting.unshift(...patient);
      return patient.length > 0;
    }
  }

  function turn(): void {
    scheduled = false;
    if (waiting.length === 0) return;
    schedule(commitNext() ? retryLater : afterThisTurn);
  }

  function schedule(when: (callback: () => void) => unknown): void {
    if (scheduled || waiting.length === 0) return;
    scheduled = true;
    when(turn);
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        if (closed) throw new Error("The store is closed");
        waiting.push({ item, since: performance.now(), resolve, reject });
        schedule(afterThisTurn);
      }),
    close() {
      closed = true;
      while (waiting.length > 0) commitNext();
    },
  };
}

function retryLater(callback: () => void): void {
  setTimeout(callback, RETRY_MILLISECONDS);
}

/**
 * Every request arrives in a callback of its own, and microtasks run between two of them: `queueMicrotask` would group
 * nothing. `setImmediate` runs once all that has arrived is read, and costs a lone request nothing. `setTimeout(0)`
 * groups as well and is everywhere, but keeps a lone request waiting for a millisecond, so it serves where there is no
 * `setImmediate`.
 */
export function afterThisTurn(callback: () => void): void {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };
  if (setImmediate) setImmediate(callback);
  else setTimeout(callback, 0);
}
