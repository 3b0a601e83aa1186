import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { describe, expect, it, test, vi } from "vitest";
import { registrationStoreContract } from "../../../contract-tests/src/registration-store-contract.js";
import { createClientRegistration } from "../../src/client-registration.js";
import { tracedStore } from "../../src/opentelemetry/index.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { memoryStore } from "../../src/store/memory-store.js";
import type { RegistrationStore } from "../../src/store/registration-store.js";
import type { RegisteredClient } from "../../src/store/records.js";
import { misuseOf } from "../support/managed-registration.js";
import { said, watched } from "./watched.js";

const { telemetry, ended, durations } = watched();
const traced = (store: RegistrationStore) => tracedStore(store, telemetry);

registrationStoreContract(
  { describe, it, expect },
  { name: "traced", createStore: () => traced(memoryStore()) },
);

const CLIENT: RegisteredClient = {
  clientId: "one",
  clientIdIssuedAt: 1,
  version: 1,
  status: "pending",
  requirements: {},
  origin: { source: "open", policies: [] },
  metadata: {},
};
const TOKEN = { id: "t", tokenHash: "h", issuedAt: 1, expiresAt: 9, usesLeft: 1, constraints: {} };

test("every method has a span of its own that says the outcome, and answers at once what the store does", () => {
  const store = traced(memoryStore());
  ended();
  const answers = [
    store.createClient(CLIENT),
    store.createClient(CLIENT),
    store.findClient("one"),
    store.findClient("none"),
    store.findClientByRegistrationAccessToken("hash"),
    store.findClientByFingerprint("print"),
    store.replaceClient(CLIENT, 7),
    store.recordClientUse("one", { at: 2, expiresAt: 3 }),
    store.changeClientStatus("one", { from: ["disabled"], to: "active" }),
    store.changeClientAdministration("nobody", { administration: {} }),
    store.countClients(4),
    store.findClients({}, { limit: 10 }),
    store.findExpiredClients(4, 10),
    store.deleteExpiredClients(["two"], 4),
    store.deleteClient("one"),
    store.createInitialAccessToken(TOKEN),
    store.findInitialAccessToken("t"),
    store.listInitialAccessTokens("", 10),
    store.revokeInitialAccessToken("t", 5),
  ];
  expect(answers.filter((answer) => answer instanceof Promise)).toEqual([]);
  const spans = ended();
  expect(spans.map(({ name, attributes }) => [name, attributes["oauth_dcr.outcome"]])).toEqual([
    ["oauth_dcr.store.createClient", "created"],
    ["oauth_dcr.store.createClient", "duplicate_client_id"],
    ["oauth_dcr.store.findClient", "found"],
    ["oauth_dcr.store.findClient", "not_found"],
    ["oauth_dcr.store.findClientByRegistrationAccessToken", "not_found"],
    ["oauth_dcr.store.findClientByFingerprint", "not_found"],
    ["oauth_dcr.store.replaceClient", "conflict"],
    ["oauth_dcr.store.recordClientUse", "recorded"],
    ["oauth_dcr.store.changeClientStatus", "conflict"],
    ["oauth_dcr.store.changeClientAdministration", "not_found"],
    ["oauth_dcr.store.countClients", undefined],
    ["oauth_dcr.store.findClients", undefined],
    ["oauth_dcr.store.findExpiredClients", undefined],
    ["oauth_dcr.store.deleteExpiredClients", undefined],
    ["oauth_dcr.store.deleteClient", "deleted"],
    ["oauth_dcr.store.createInitialAccessToken", undefined],
    ["oauth_dcr.store.findInitialAccessToken", "found"],
    ["oauth_dcr.store.listInitialAccessTokens", undefined],
    ["oauth_dcr.store.revokeInitialAccessToken", "revoked"],
  ]);
  expect(
    spans.every(({ status, kind }) => status.code === SpanStatusCode.UNSET && kind === SpanKind.INTERNAL),
  ).toBe(true);
  const methods = Object.keys(memoryStore()).map((name) => `oauth_dcr.store.${name}`);
  expect(new Set(spans.map(({ name }) => name))).toEqual(new Set(methods));
});

test("a span of what is answered later ends with the answer", async () => {
  let answer: (client: RegisteredClient) => void = () => undefined;
  const later = new Promise<RegisteredClient>((resolve) => (answer = resolve));
  const store = traced({ ...memoryStore(), findClient: () => later });
  ended();
  const finding = store.findClient("one");
  expect(finding).toBeInstanceOf(Promise);
  expect(ended()).toEqual([]);
  answer(CLIENT);
  expect(await finding).toBe(CLIENT);
  expect(ended().map(said)).toEqual([["oauth_dcr.store.findClient", { "oauth_dcr.outcome": "found" }]]);
});

class DriverError extends Error {
  override name = "DriverError";
  constructor(readonly code?: unknown) {
    super("password authentication failed for user oauth with password hunter2");
  }
}
const named = (name: string) => Object.assign(new Error("hunter2"), { name });

test.each([
  [new DriverError("28P01"), "28P01"],
  [new DriverError("ECONNREFUSED"), "ECONNREFUSED"],
  [new DriverError(7), "DriverError"],
  [new DriverError("postgres://oauth:hunter2@db"), "DriverError"],
  [new RangeError("hunter2"), "RangeError"],
  [named("the password hunter2 is wrong"), "_OTHER"],
  ["hunter2", "_OTHER"],
  [undefined, "_OTHER"],
])("of an error its code or class is told, and the caller gets it whole: %o", async (error, type) => {
  const down: RegistrationStore = {
    ...memoryStore(),
    findClient: () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- a driver may throw anything
      throw error;
    },
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a driver may reject with anything
    deleteClient: () => Promise.reject(error),
  };
  const store = traced(down);
  ended();
  const thrown = await new Promise((resolve) => {
    try {
      resolve(store.findClient("one"));
    } catch (cause) {
      resolve([cause]);
    }
  });
  expect(thrown).toEqual([error]);
  await expect(store.deleteClient("one")).rejects.toBe(error);
  expect(ended().map(said)).toEqual([
    ["oauth_dcr.store.findClient", { "error.type": type }, { code: 2 }],
    ["oauth_dcr.store.deleteClient", { "error.type": type }, { code: 2 }],
  ]);
});

test("what it took is measured in seconds, by operation", async () => {
  let now = Math.ceil(performance.now());
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
  const store = traced({
    ...memoryStore(),
    deleteExpiredClients: (ids) => {
      now += 250;
      return ids;
    },
  });
  for (let call = 0; call < 3; call++) void store.deleteExpiredClients([], call);
  clock.mockRestore();
  const name = "deleteExpiredClients";
  const points = (await durations("store.operation")).filter(({ attributes }) =>
    Object.values(attributes).includes(name),
  );
  expect(points.map(({ attributes }) => attributes)).toEqual([{ "oauth_dcr.operation.name": name }]);
  const { count, max, buckets } = points[0]!.value;
  expect([count >= 3, max]).toEqual([true, 0.25]);
  expect(buckets.boundaries).toEqual([0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]);
});

test("a store that is a class keeps its this", () => {
  class Store {
    readonly #clients = new Map([["one", CLIENT]]);
    findClient(clientId: string): RegisteredClient | undefined {
      return this.#clients.get(clientId);
    }
  }
  expect(traced(new Store() as unknown as RegistrationStore).findClient("one")).toBe(CLIENT);
});

test("a store that lacks a method is found at construction all the same", () => {
  const store = Object.fromEntries(
    Object.entries(memoryStore()).filter(([name]) => name !== "countClients"),
  ) as unknown as RegistrationStore;
  const build = (given: RegistrationStore) => () =>
    createClientRegistration({
      ...mcpPreset({ issuer: "https://as.example" }),
      store: given,
      audit: () => undefined,
    });
  expect(misuseOf(build(traced(store)))).toBe("ERR_OPTION");
  expect(misuseOf(build(traced(memoryStore())))).toBeUndefined();
});
