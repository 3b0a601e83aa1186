/** What a contract needs of a test runner: Vitest and Bun have it as it is. */
export interface ContractRunner {
  /** Groups tests. */
  readonly describe: (name: string, body: () => void) => void;
  /** Declares a test. */
  readonly it: (name: string, body: () => Promise<void>) => void;
  /** Runs once before the tests of a group. */
  readonly beforeAll: (body: () => Promise<void>) => void;
  /** Runs once after the tests of a group. */
  readonly afterAll: (body: () => Promise<void>) => void;
  /** Makes an expectation of a value. */
  readonly expect: (actual: unknown, message?: string) => ContractExpectation;
}

/** What the suites expect of a value. */
export interface ContractExpectation {
  /** Compares by identity. */
  toBe(expected: unknown): void;
  /** Compares by structure. */
  toEqual(expected: unknown): void;
  /** Compares a text with a pattern. */
  toMatch(expected: RegExp): void;
}
