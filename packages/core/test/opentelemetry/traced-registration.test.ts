import { metrics, SpanStatusCode, trace, type Attributes } from "@opentelemetry/api";
import { expect, test } from "vitest";
import {
  openTelemetryLogs,
  openTelemetryMetrics,
  tracedRegistration,
  tracedStore,
} from "../../src/opentelemetry/index.js";
import { memoryStore } from "../../src/store/memory-store.js";
import {
  CONFIDENTIAL,
  managedRegistration,
  PUBLIC,
  textOf,
  updateOf,
} from "../support/managed-registration.js";
import { said, watched } from "./watched.js";

const { telemetry, logger, ended, records, durations } = watched();

const REGISTER = "https://as.example/register";
const METADATA = "https://as.example/.well-known/oauth-authorization-server";

/** A server in spans on a store in spans, and a switch that breaks the store. */
function tracedServer() {
  const store = { ...memoryStore() };
  const working = { ...store };
  const { registration } = managedRegistration({
    store: tracedStore(store, telemetry),
    audit: openTelemetryLogs(logger),
    lifecycle: { unusedTtlSeconds: 3600 },
  });
  const setDown = (isDown: boolean) => {
    const failing = () => Promise.reject(Object.assign(new Error("hunter2"), { code: "ECONNREFUSED" }));
    const broken = Object.fromEntries(Object.keys(working).map((name) => [name, failing]));
    Object.assign(store, isDown ? broken : working);
  };
  ended();
  return { registration: tracedRegistration(registration, telemetry), setDown };
}

type TestRegistration = ReturnType<typeof tracedServer>["registration"];

async function send(
  registration: TestRegistration,
  method: string,
  url: string,
  body?: unknown,
  token?: string,
) {
  const headers = {
    ...(body !== undefined && { "content-type": "application/json" }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const response = await registration.fetch(
    new Request(url, { method, headers, body: body === undefined ? null : JSON.stringify(body) }),
  );
  const text = await response.text();
  return text.startsWith("{") ? (JSON.parse(text) as Record<string, never>) : {};
}

test("a request is a span, the store's spans are its children, and its audit record is bound to it", async () => {
  const { registration } = tracedServer();
  const before = records().length;
  await Promise.all([
    send(registration, "POST", REGISTER, PUBLIC),
    send(registration, "POST", REGISTER, CONFIDENTIAL),
  ]);
  const spans = ended();
  const requests = spans.filter(({ parentSpanContext }) => parentSpanContext === undefined);
  expect(requests.map(said)).toEqual(
    requests.map(() => [
      "oauth_dcr.registration POST",
      { "http.request.method": "POST", "http.response.status_code": 201 },
    ]),
  );
  expect(requests).toHaveLength(2);
  const children = spans.filter(({ parentSpanContext }) => parentSpanContext !== undefined);
  expect(children.map(said)).toEqual([
    ["oauth_dcr.store.createClient", { "oauth_dcr.outcome": "created" }],
    ["oauth_dcr.store.createClient", { "oauth_dcr.outcome": "created" }],
  ]);
  const ids = requests.map((span) => span.spanContext().spanId).sort();
  expect(children.map(({ parentSpanContext }) => parentSpanContext!.spanId).sort()).toEqual(ids);
  const bound = records().slice(before);
  expect(bound.map(({ eventName }) => eventName)).toEqual([
    "oauth_dcr.client_registered",
    "oauth_dcr.client_registered",
  ]);
  expect(bound.map(({ spanContext }) => spanContext!.spanId).sort()).toEqual(ids);
});

test("the name of a request's span is of the endpoint and the method, and holds nothing that a caller made up", async () => {
  const { registration, setDown } = tracedServer();
  const client = await send(registration, "POST", REGISTER, CONFIDENTIAL);
  const uri = textOf(client, "registration_client_uri");
  const token = textOf(client, "registration_access_token");
  await send(registration, "GET", uri, undefined, token);
  await send(registration, "GET", `${REGISTER}/odcr_rat_of-somebody`, undefined, "none");
  const { registration_access_token: next } = await send(registration, "PUT", uri, updateOf(client), token);
  await send(registration, "DELETE", uri, undefined, next);
  await send(registration, "POST", `${REGISTER}?access_token=${token}`, { redirect_uris: "none" });
  await send(registration, "OPTIONS", REGISTER);
  await send(registration, "BREW", REGISTER);
  await send(registration, "GET", METADATA);
  await send(registration, "GET", "https://as.example/elsewhere/of/somebody");
  setDown(true);
  await send(registration, "POST", REGISTER, PUBLIC);
  await send(registration, "GET", uri, undefined, token);

  const spans = ended();
  const request = (name: string, status: number): unknown[] => [
    name,
    { "http.request.method": name.split(" ")[1], "http.response.status_code": status },
  ];
  const unavailable = (name: string): unknown[] => [
    name,
    {
      "http.request.method": name.split(" ")[1],
      "http.response.status_code": 503,
      "error.type": "503",
    },
    { code: 2 },
  ];
  expect(spans.filter(({ parentSpanContext }) => !parentSpanContext).map(said)).toEqual([
    request("oauth_dcr.registration POST", 201),
    request("oauth_dcr.configuration GET", 200),
    request("oauth_dcr.configuration GET", 401),
    request("oauth_dcr.configuration PUT", 200),
    request("oauth_dcr.configuration DELETE", 204),
    request("oauth_dcr.registration POST", 400),
    request("oauth_dcr.registration OPTIONS", 204),
    request("oauth_dcr.registration _OTHER", 405),
    request("oauth_dcr.metadata GET", 200),
    request("oauth_dcr.not_found GET", 404),
    unavailable("oauth_dcr.registration POST"),
    unavailable("oauth_dcr.configuration GET"),
  ]);
  const failed = spans.filter(
    ({ name, status }) => name.includes("store.") && status.code === SpanStatusCode.ERROR,
  );
  expect(failed.map(said)).toEqual(
    ["createClient", "findClientByRegistrationAccessToken"].map((method) => [
      `oauth_dcr.store.${method}`,
      { "error.type": "ECONNREFUSED" },
      { code: 2 },
    ]),
  );
});

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${btoa(`${id}:${secret}`)}`,
  parameters: new URLSearchParams(),
});

test("each call is a span that says how it ended, and the store's are inside it", async () => {
  const { registration, setDown } = tracedServer();
  const spans: unknown[] = [];
  const take = () => {
    const all = ended();
    const own = all.filter(({ parentSpanContext }) => !parentSpanContext);
    const root = own[0]!.spanContext().spanId;
    expect(all.every(({ parentSpanContext: parent }) => !parent || parent.spanId === root)).toBe(true);
    spans.push(...own.map(said));
  };
  const done = async <T>(call: Promise<T>): Promise<T> => {
    const answer = await call;
    take();
    return answer;
  };

  const registered = await done(registration.registerClient(CONFIDENTIAL));
  if (!registered.ok) throw new Error(registered.error.kind);
  const { client, response } = registered.value;
  const { clientId } = client;
  const secret = textOf(response, "client_secret");
  await done(registration.registerClient({ redirect_uris: "none" }));
  await done(registration.registerClient(CONFIDENTIAL, { initialAccessToken: "nobody's" }));
  expect((await done(registration.authenticateClient(basic(clientId, secret)))).ok).toBe(true);
  expect((await done(registration.authenticateClient(basic(clientId, "wrong")))).ok).toBe(false);
  expect(await done(registration.recordClientUse(client))).toBe("recorded");
  expect((await done(registration.findClient(clientId))).ok).toBe(true);
  expect((await done(registration.findClient("nobody"))).ok).toBe(false);
  await done(registration.rotateClientSecret(clientId));
  expect(await done(registration.disableClient(clientId))).toBe(true);
  expect(await done(registration.enableClient(clientId))).toBe(true);
  expect(await done(registration.approveClient(clientId))).toBe(false);
  await done(registration.countClients());
  expect((await done(registration.findClients())).clients).toHaveLength(1);
  await done(registration.sweepClients());
  const { record } = await done(registration.initialAccessTokens.issue());
  await done(registration.initialAccessTokens.list());
  await done(registration.initialAccessTokens.inspect(record.id));
  await done(registration.initialAccessTokens.revoke(record.id));
  setDown(true);
  await done(registration.registerClient(PUBLIC));
  await done(registration.authenticateClient(basic(clientId, secret)));
  await done(registration.findClient(clientId));
  await expect(registration.sweepClients({ limit: 0 })).rejects.toThrow("limit");
  take();

  const outcome = (name: string) => ({ "oauth_dcr.outcome": name });
  const reason = (name: string) => ({ "oauth_dcr.reason": name });
  const error = (type: string): Attributes => ({ "error.type": type });
  expect(spans).toEqual([
    ["oauth_dcr.registerClient", {}],
    ["oauth_dcr.registerClient", error("refused_metadata")],
    ["oauth_dcr.registerClient", { ...error("token_refused"), ...reason("malformed") }],
    ["oauth_dcr.authenticateClient", {}],
    ["oauth_dcr.authenticateClient", { ...error("invalid_client"), ...reason("wrong_secret") }],
    ["oauth_dcr.recordClientUse", outcome("recorded")],
    ["oauth_dcr.findClient", {}],
    ["oauth_dcr.findClient", error("unknown_client")],
    ["oauth_dcr.rotateClientSecret", outcome("found")],
    ["oauth_dcr.disableClient", outcome("changed")],
    ["oauth_dcr.enableClient", outcome("changed")],
    ["oauth_dcr.approveClient", outcome("unchanged")],
    ["oauth_dcr.countClients", {}],
    ["oauth_dcr.findClients", {}],
    ["oauth_dcr.sweepClients", {}],
    ["oauth_dcr.initialAccessTokens.issue", {}],
    ["oauth_dcr.initialAccessTokens.list", {}],
    ["oauth_dcr.initialAccessTokens.inspect", outcome("found")],
    ["oauth_dcr.initialAccessTokens.revoke", outcome("changed")],
    ["oauth_dcr.registerClient", error("store_unavailable"), { code: 2 }],
    ["oauth_dcr.authenticateClient", error("unavailable"), { code: 2 }],
    ["oauth_dcr.findClient", error("unavailable"), { code: 2 }],
    ["oauth_dcr.sweepClients", error("ERR_OPTION"), { code: 2 }],
  ]);
});

test("how long requests took is measured by endpoint, method and status", async () => {
  const { registration } = tracedServer();
  const attributes = {
    "oauth_dcr.endpoint": "metadata",
    "http.request.method": "HEAD",
    "http.response.status_code": 200,
  };
  await send(registration, "HEAD", METADATA);
  await send(registration, "HEAD", METADATA);
  const points = (await durations("request")).filter((point) =>
    Object.values(point.attributes).includes("HEAD"),
  );
  expect(points.map((point) => point.attributes)).toEqual([attributes]);
  expect(points[0]!.value.count).toBe(2);
});

test("how long calls took is measured by operation and outcome, and those of tokens have a name of their own", async () => {
  const { registration } = tracedServer();
  await registration.findClient("nobody");
  await registration.initialAccessTokens.revoke("none");
  const points = (await durations("operation")).map(({ attributes }) => attributes);
  expect(points).toContainEqual({
    "oauth_dcr.operation.name": "findClient",
    "error.type": "unknown_client",
  });
  expect(points).toContainEqual({
    "oauth_dcr.operation.name": "initialAccessTokens.revoke",
    "oauth_dcr.outcome": "unchanged",
  });
});

test("an adapter that takes plain answers gets them at once, each in a span and measured", async () => {
  const { registration } = tracedServer();
  const answered = registration.fetch.answer!(new Request(METADATA, { method: "PATCH" }));
  expect(answered).toMatchObject({ status: 405 });
  expect(ended().map(said)).toEqual([
    ["oauth_dcr.metadata PATCH", { "http.request.method": "PATCH", "http.response.status_code": 405 }],
  ]);
  const points = (await durations("request")).filter(({ attributes }) =>
    Object.values(attributes).includes("PATCH"),
  );
  expect(points.map(({ value }) => value.count)).toEqual([1]);
  const wrapped = { ...managedRegistration().registration, fetch: () => Promise.resolve(new Response()) };
  expect(tracedRegistration(wrapped, telemetry).fetch.answer).toBeUndefined();
});

test("what answers from memory is what it was, and the registration is as frozen as before", () => {
  const { registration } = managedRegistration();
  const traced = tracedRegistration(registration, telemetry);
  expect(Object.keys(traced).sort()).toEqual(Object.keys(registration).sort());
  const same = (["authorizationServerMetadata", "explainClientMetadata", "allowsRedirectUri"] as const).map(
    (name) => traced[name] === registration[name],
  );
  expect(same).toEqual([true, true, true]);
  expect([traced, traced.initialAccessTokens].every(Object.isFrozen)).toBe(true);
});

test("without an SDK all goes as it does without telemetry", async () => {
  const none = { tracer: trace.getTracer("oauth-dcr"), meter: metrics.getMeter("oauth-dcr") };
  const count = openTelemetryMetrics(none.meter);
  const { registration } = managedRegistration({ store: tracedStore(memoryStore(), none), audit: count });
  const traced = tracedRegistration(registration, none);
  ended();
  const client = await send(traced, "POST", REGISTER, PUBLIC);
  expect(await traced.findClient(textOf(client, "client_id"))).toMatchObject({
    value: { status: "pending" },
  });
  expect(ended()).toEqual([]);
});
