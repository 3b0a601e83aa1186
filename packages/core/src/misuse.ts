/**
 * A programmer's mistake, found while the registration desk is being built and never during a request.
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
