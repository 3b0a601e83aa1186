import type { Transition } from "./transition.js";

/** A client that counts in a pool. */
export type Member = readonly [quotaKey: string, clientId: string];

/** A count that no pool reaches. */
export const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** How a database counts the clients of a pool, inside the transaction that changes them. */
export interface Pools {
  /**
   * Counts a client in each pool that has room for it, and answers with those that have none. `overtaken`: that cannot be
   * said yet; roll back and begin anew.
   *
   * @param limits the most clients of each pool, in the order of the keys
   */
  enter(clientId: string, limits: ReadonlyMap<string, number>): Transition<ReadonlySet<string> | "overtaken">;
  /** Takes clients out of the pools that they count in. */
  leave(members: readonly Member[]): Transition<void>;
}
