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
 * @param total how much there is to do; without it, and unless it is told later, only what is done is shown
 */
export function startProgress(what: string, total?: number): Progress {
  if (!process.stderr.isTTY) return HIDDEN;
  const format = total === undefined ? `{value} ${what}` : `{bar} {percentage}%  {value} of {total} ${what}`;
  const bar = new SingleBar(
    // An interrupt must end the process, as it does without a bar.
    { format, stream: process.stderr, clearOnComplete: true, gracefulExit: false },
    Presets.shades_classic,
  );
  return {
    at(done, all) {
      if (!bar.isActive) bar.start(all ?? total ?? Number.MAX_SAFE_INTEGER, 0);
      bar.update(done);
    },
    end() {
      if (bar.isActive) bar.stop();
    },
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
