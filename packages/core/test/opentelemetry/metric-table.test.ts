import { expect, test } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import { RULES } from "../../src/client-metadata/rules.js";
import {
  METRICS,
  openTelemetryGauges,
  openTelemetryMetrics,
  tracedRegistration,
  tracedStore,
  type Metric,
} from "../../src/opentelemetry/index.js";
import { memoryRateLimiter } from "../../src/rate-limit/memory-rate-limiter.js";
import { memoryStore } from "../../src/store/memory-store.js";
import type { ClientRegistrationOptions } from "../../src/configuration/options.js";
import { managedRegistration, PUBLIC, REGISTER } from "../support/managed-registration.js";
import { documentRegistration } from "../support/document-registration.js";
import { watched } from "./watched.js";

const { telemetry, collected } = watched();

const TABLE = Object.entries<Metric>(METRICS);

function measured(options: Partial<ClientRegistrationOptions> = {}) {
  const store = tracedStore(memoryStore(), telemetry);
  const made = documentRegistration(undefined, undefined, {
    audit: openTelemetryMetrics(telemetry.meter),
    ...options,
    store,
  });
  const registration = tracedRegistration(made.registration, telemetry);
  const stop = openTelemetryGauges(telemetry.meter, { registration, store, totalQuota: 100 });
  return { ...made, registration, stop };
}

/** Everything that a stranger can choose, chosen anew for each request. */
async function flood(registration: ReturnType<typeof measured>["registration"], requests: number) {
  const choices = new Set<string>();
  let made = 0;
  const choose = (prefix = "") => {
    const chosen = `${prefix}chosen${(made += 1)}`;
    choices.add(chosen);
    return chosen;
  };
  for (let i = 0; i < requests; i += 1) {
    const context = { clientAddress: `192.0.2.${i % 250}`, requestId: choose() };
    choices.add(context.clientAddress);
    const body = {
      client_name: choose(),
      redirect_uris: [`https://${choose("h")}.example/${choose()}`],
      scope: choose(),
      token_endpoint_auth_method: i % 2 === 0 ? "none" : choose(),
      software_id: choose(),
      [choose("x")]: choose(),
    };
    const request = (method: string, url: string, headers = {}, text?: string) =>
      registration.fetch(
        new Request(url, { method, headers, ...(text !== undefined && { body: text }) }),
        context,
      );
    const json = { "content-type": "application/json", "user-agent": choose() };
    await request("POST", REGISTER, json, JSON.stringify(body));
    await request("POST", REGISTER, { ...json, authorization: `Bearer ${choose()}` }, JSON.stringify(body));
    await request("POST", REGISTER, { "content-type": `text/${choose()}` }, choose());
    await request("POST", REGISTER, json, JSON.stringify({ ...body, software_statement: choose() }));
    await request("GET", `${REGISTER}/${choose()}`, { authorization: `Bearer ${choose()}` });
    await request("GET", `https://as.example/${choose()}?${choose()}=${choose()}`);
    await request(choose("M"), REGISTER);
    await registration.findClient(`https://${choose("d")}.example/${choose()}`);
    await registration.authenticateClient({
      authorization: `Basic ${btoa(`${choose()}:${choose()}`)}`,
      parameters: new URLSearchParams({ client_id: choose() }),
    });
  }
  return choices;
}

test("names and units follow the semantic conventions", () => {
  for (const [name, { instrument, unit, description, attributes, buckets }] of TABLE) {
    expect(name, name).toMatch(/^oauth_dcr(\.[a-z]+(_[a-z]+)*)+$/);
    // The exporters add what Prometheus wants there.
    expect(name, name).not.toMatch(/[._](total|seconds|bytes|ratio)$/);
    // A plural is for a monotonic count of things.
    expect(name.endsWith("s"), name).toBe(instrument.includes("counter"));
    expect(/duration$|delay$/.test(name), name).toBe(unit === "s");
    expect(description, name).toMatch(/^[A-Z].*\.$/);
    expect(buckets !== undefined, name).toBe(instrument === "histogram");
    for (const attribute of attributes)
      expect(attribute, name).toMatch(/^[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)+$/);
  }
});

test("a flood that makes up everything adds no attribute, and no series but those of the first requests", async () => {
  const { registration, stop } = measured({
    access: openRegistration({
      rateLimiter: memoryRateLimiter({ limit: 1000, windowSeconds: 60 }),
      acceptInitialAccessTokens: true,
    }),
  });
  const seriesOf = async () =>
    (await collected()).flatMap(({ descriptor: { name }, dataPoints }) =>
      dataPoints.map(({ attributes }) => [name, attributes] as const),
    );
  await flood(registration, 2);
  const before = await seriesOf();
  const choices = await flood(registration, 30);
  const after = await seriesOf();
  stop();
  expect(after.length).toBe(before.length);
  const values = new Set(after.flatMap(([, attributes]) => Object.values(attributes)).map(String));
  expect([...choices].filter((chosen) => values.has(chosen))).toEqual([]);
  expect(choices.size).toBeGreaterThan(500);
});

test("each metric is measured, with the attributes of the table and no others", async () => {
  // What the flood does not reach: each attribute that the table promises has to be somewhere.
  const limited = measured({
    access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 2, windowSeconds: 60 }) }),
  });
  for (const client_name of ["One", "Two", "Three"])
    await limited.registration.registerClient({ ...PUBLIC, client_name }, { clientAddress: "192.0.2.1" });
  await limited.registration.disableClient("none");
  await limited.registration.registerClient(PUBLIC, { initialAccessToken: "none" });
  const broken = { ...memoryStore(), createClient: () => Promise.reject(new Error("away")) };
  const failing = tracedStore(broken, telemetry);
  const down = tracedRegistration(managedRegistration({ store: failing }).registration, telemetry);
  const body = JSON.stringify(PUBLIC);
  const headers = { "content-type": "application/json" };
  expect((await down.fetch(new Request(REGISTER, { method: "POST", headers, body }))).status).toBe(503);

  const found = new Map<string, Set<string>>();
  for (const { descriptor, dataPoints } of await collected()) {
    const { unit, description, attributes } = METRICS[descriptor.name as keyof typeof METRICS];
    expect([descriptor.name, descriptor.unit, descriptor.description]).toEqual([
      descriptor.name,
      unit,
      description,
    ]);
    const names = new Set(dataPoints.flatMap((point) => Object.keys(point.attributes)));
    expect([...names].filter((name) => !(attributes as readonly string[]).includes(name))).toEqual([]);
    found.set(descriptor.name, names);
  }
  limited.stop();
  expect(Object.fromEntries([...found].map(([name, names]) => [name, [...names].sort()]))).toEqual(
    Object.fromEntries(TABLE.map(([name, { attributes }]) => [name, [...attributes].sort()])),
  );
});

test("the first rule that a refused registration breaks is counted, and no rule of one that was accepted", async () => {
  const { registration, stop } = measured();
  const rulesNow = async () => {
    const events = (await collected()).find(({ descriptor }) => descriptor.name === "oauth_dcr.events");
    return (events?.dataPoints ?? []).flatMap(({ attributes }) => attributes["oauth_dcr.rule"] ?? []);
  };
  // A scope that is not offered is put right, with a warning.
  await registration.registerClient({ ...PUBLIC, scope: "read elsewhere" });
  expect(await rulesNow()).not.toContain("scope.unsupported");
  await registration.registerClient({ ...PUBLIC, redirect_uris: ["javascript:alert(1)"] });
  const rules = await rulesNow();
  expect(rules.filter((rule) => String(rule).startsWith("redirect_uri"))).not.toEqual([]);
  for (const rule of rules) expect(Object.keys(RULES)).toContain(rule);
  stop();
});

test("an event that stands for many requests counts as many", async () => {
  const { registration, time, stop } = measured({
    access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 1, windowSeconds: 3600 }) }),
    lifecycle: {},
  });
  const limited = async () => {
    const events = (await collected()).find(({ descriptor }) => descriptor.name === "oauth_dcr.events");
    const points = (events?.dataPoints ?? []).filter(
      ({ attributes }) => attributes["oauth_dcr.event.type"] === "registration_limited",
    );
    return points.reduce((sum, { value }) => sum + (value as number), 0);
  };
  const before = await limited();
  for (let i = 0; i < 8; i += 1)
    await registration.registerClient(
      { ...PUBLIC, client_name: `Client ${i}` },
      { clientAddress: "192.0.2.9" },
    );
  time.now += 1000;
  await registration.auditDelivery.flush();
  expect((await limited()) - before).toBe(7);
  stop();
});
