import { Presets, SingleBar } from "cli-progress";

/** The progress of long work, for whoever watches. */
export interface Progress {
  /** Tells how much is done, and how much there is, if that was not known at the start. */
  readonly at: (done: number, total?: number) => void;
  /** Removes it from the terminal. */
  readonly end: () => void;
}

const HIDDEN: Progress = { at: () => undefined, end: () => undefined };

/**
 * Shows how far long work is, on the error stream where that is a terminal.
 *
 * @param what the unit and the work, such as `clients exported`
 * @param total how much there is to do, 0 where that is told later; without it only what is done is shown
 */
export function startProgress(what: string, total?: number): Progress {
  if (!process.stderr.isTTY) return HIDDEN;
  const format = total === undefined ? `{value} ${what}` : `{bar} {percentage}%  {value} of {total} ${what}`;
  const bar = new SingleBar(
    { format, stream: process.stderr, hideCursor: true, clearOnComplete: true, gracefulExit: true },
    Presets.shades_classic,
  );
  bar.start(total ?? Number.MAX_SAFE_INTEGER, 0);
  return {
    at(done, all) {
      if (all !== undefined) bar.setTotal(all);
      bar.update(done);
    },
    end: () => bar.stop(),
  };
}

/** Shows how far work is while it is under way. */
export async function withProgress<T>(
  what: string,
  total: number | undefined,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  const progress = startProgress(what, total);
  try {
    return await work(progress);
  } finally {
    progress.end();
  }
}
