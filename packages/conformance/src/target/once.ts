/** `run`, run at its first call alone; later calls get the same promise. */
export function once<T>(run: () => Promise<T>): () => Promise<T> {
  let promise: Promise<T> | undefined;
  return () => (promise ??= run());
}
