/** Settles like `work`, or rejects when `signal` fires: work that ignores the signal keeps nobody waiting. */
export function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const tooLate = () => reject(new Error("The time is up."));
    signal.addEventListener("abort", tooLate);
    void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", tooLate));
  });
}
