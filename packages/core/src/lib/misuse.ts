/**
 * A programmer's mistake, found while the registration server is being built and never during a request.
 * `code` stays the same from release to release; the message may change.
 */
export class MisuseError extends TypeError {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "MisuseError";
    this.code = code;
  }
}

/** Throws a {@link MisuseError} unless `condition` holds. */
export function requireThat(condition: boolean, code: string, message: string): asserts condition {
  if (!condition) throw new MisuseError(code, message);
}

/** Throws a {@link MisuseError} unless `value` is a whole number of at least 1. */
export function requirePositiveInteger(value: unknown, code: string, name: string): void {
  requireThat(Number.isInteger(value) && Number(value) > 0, code, `${name}: must be a positive integer`);
}
