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
