import type { AuditEvent, ClientRegistration } from "@oauth-dcr/core";
import { memoryStoreWithConsents, type StoreWithConsents } from "@oauth-dcr/core/consent";
import type { GuardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { pinnedConnection } from "@oauth-dcr/node";

export interface RunningExample {
  readonly origin: string;
  readonly registration: ClientRegistration;
  close(): Promise<void>;
}

/** What every example is started with. */
export interface ExampleOptions {
  readonly port: number;
  readonly store: StoreWithConsents;
  readonly guardedFetch: GuardedFetch;
  readonly audit: (event: AuditEvent) => void;
  readonly clock: () => number;
}

export const DAY = 86_400_000;

/** A clock that the test puts forward. */
export interface TestClock {
  readonly read: () => number;
  readonly forward: (milliseconds: number) => void;
}

export function testClock(): TestClock {
  let ahead = 0;
  return { read: () => Date.now() + ahead, forward: (milliseconds) => (ahead += milliseconds) };
}

/** Options for a free port and a store in memory. */
export function exampleOptions(given: Partial<ExampleOptions> = {}): ExampleOptions {
  return {
    port: 0,
    store: memoryStoreWithConsents(),
    guardedFetch: guardedFetch({ connection: pinnedConnection() }),
    audit: () => undefined,
    clock: Date.now,
    ...given,
  };
}
