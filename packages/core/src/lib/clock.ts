/** Milliseconds since the epoch, like `Date.now`. */
export type Clock = () => number;

/** The whole seconds since the epoch, as OAuth counts time. */
export function nowSeconds(clock: Clock): number {
  return Math.floor(clock() / 1000);
}
