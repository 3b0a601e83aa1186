/** Settles like `work`, or rejects when `signal` fires. Work that ignores the signal makes no caller wait. */
export function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const tooLate = () => reject(new Error("The time is up."));
    signal.addEventListener("abort", tooLate);
    void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", tooLate));
  });
}
