import { tokenHash } from "../crypto/token-hash.js";

/** What one issuer has for itself in this process. */
export interface IssuerState {
  /** The issuer identifier. */
  readonly issuer: string;
  /**
   * A name for what belongs to this issuer alone elsewhere, such as a schema of PostgreSQL, a file or a prefix of keys:
   * `issuer_` and 40 hexadecimal digits of a hash. No issuer can be named so that it gets the key of another.
   */
  readonly key: string;
  /**
   * Makes what has to outlive the registration, once for each issuer and name: a store in memory, or a rate limiter or a replay
   * store in memory, whose counts would begin anew otherwise. It stays until `remove` is called.
   */
  readonly keep: <T>(name: string, make: () => T) => T;
}

/** The states of all issuers that there are. */
export interface IssuerStates {
  /** A state to build a registration with. What is kept meanwhile stays if `commit` is called: only then there is such an issuer. */
  stateOf(issuer: string): { readonly state: IssuerState; readonly commit: () => void };
  /** Forgets what was kept. */
  remove(issuer: string): void;
}

export function issuerStates(): IssuerStates {
  const states = new Map<string, Map<string, unknown>>();
  return {
    stateOf(issuer) {
      const kept = states.get(issuer) ?? new Map<string, unknown>();
      const state = Object.freeze<IssuerState>({
        issuer,
        key: `issuer_${tokenHash(issuer).slice(0, 40)}`,
        keep<T>(name: string, make: () => T): T {
          if (!kept.has(name)) kept.set(name, make());
          return kept.get(name) as T;
        },
      });
      const commit = (): void => {
        if (kept.size > 0) states.set(issuer, kept);
      };
      return { state, commit };
    },
    remove: (issuer) => void states.delete(issuer),
  };
}
