import type { ConsoleAuditLog } from "../options.js";

/** How far the verification of the audit log is. */
export type VerificationState =
  | { readonly state: "none" }
  | { readonly state: "running"; readonly since: number }
  | {
      readonly state: "done";
      readonly at: number;
      readonly result: Awaited<ReturnType<ConsoleAuditLog["verify"]>>;
    }
  | { readonly state: "failed"; readonly at: number };

/** Verifies the audit log beside the requests: it reads every event. */
export interface Verification {
  readonly state: () => VerificationState;
  /** Begins, unless one is running. */
  readonly begin: () => void;
}

/** @param now seconds since the epoch */
export function verificationOf(
  { verify }: ConsoleAuditLog,
  now: () => number,
  onError: (error: unknown) => void,
): Verification {
  let state: VerificationState = { state: "none" };
  async function run(): Promise<void> {
    try {
      state = { state: "done", result: await verify(), at: now() };
    } catch (error) {
      state = { state: "failed", at: now() };
      onError(error);
    }
  }
  return {
    state: () => state,
    begin() {
      if (state.state === "running") return;
      state = { state: "running", since: now() };
      void run();
    },
  };
}
