/** The parts of a URI, as written. Only `scheme` and a host's name are lower-cased: both are case-insensitive. */
export interface StrictUri {
  readonly raw: string;
  readonly scheme: string;
  /** `undefined` when there is no `//`. */
  readonly authority: string | undefined;
  /** For `http` and `https` a checked host; for other schemes whatever stands there. */
  readonly host: string;
  readonly port: string | undefined;
  readonly path: string;
  /** With its `?`; empty when there is none. */
  readonly query: string;
  /** With its `#`; empty when there is none. */
  readonly fragment: string;
}
