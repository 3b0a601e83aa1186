import { expect, test } from "vitest";
import { protectedRegistration } from "../../src/access/protected-registration.js";
import type { AuditEvent } from "../../src/audit/audit-event.js";
import type { Failure } from "../../src/failure.js";
import { openTelemetryLogs, openTelemetryMetrics } from "../../src/opentelemetry/index.js";
import { memoryRateLimiter } from "../../src/rate-limit/memory-rate-limiter.js";
import { CONFIDENTIAL, PUBLIC, START, updateOf } from "../support/managed-registration.js";
import { managedRegistration } from "../support/managed-registration.js";
import { watched } from "./watched.js";

const { telemetry, logger, records, counts } = watched();
const log = openTelemetryLogs(logger);
const count = openTelemetryMetrics(telemetry.meter);

const AT = new Date(START).toISOString();
const REQUEST = { at: AT, actor: "anonymous", requestId: "r", findings: [] } as const;
/** What every record of such a request has. */
const ATTRIBUTES = { "oauth_dcr.actor": "anonymous", "oauth_dcr.request_id": "r", "oauth_dcr.findings": [] };
const refused = (reason: Failure["kind"]): AuditEvent => ({
  ...REQUEST,
  type: "registration_refused",
  reason,
});

function recordOf(event: AuditEvent) {
  log(event);
  const { eventName, body, severityNumber, severityText, hrTime, attributes } = records().at(-1)!;
  return { eventName, body, severityNumber, severityText, hrTime, attributes };
}

test("a registration is one record with all that its event says", async () => {
  const events: AuditEvent[] = [];
  const { registration, register } = managedRegistration({
    access: protectedRegistration(),
    audit: (event) => void events.push(event),
  });
  const { token, record } = await registration.initialAccessTokens.issue({
    owner: "team blue",
    scopes: ["read"],
    redirectHosts: ["app.example"],
  });
  const { client_id } = await register(
    { ...PUBLIC, scope: "read write" },
    { authorization: `Bearer ${token}` },
  );
  const event = events.find(({ type }) => type === "client_registered")!;
  const request = { requestId: "r", clientAddress: "192.0.2.7" };
  expect(recordOf({ ...event, ...request })).toEqual({
    eventName: "oauth_dcr.client_registered",
    body: "client_registered",
    severityNumber: 9,
    severityText: "INFO",
    hrTime: [START / 1000, 0],
    attributes: {
      "client.address": "192.0.2.7",
      "oauth_dcr.actor": "token_holder",
      "oauth_dcr.request_id": "r",
      "oauth_dcr.source": "initial_access_token",
      "oauth_dcr.client_id": client_id,
      "oauth_dcr.status": "pending",
      "oauth_dcr.redirect_uris": PUBLIC.redirect_uris,
      "oauth_dcr.findings": [
        "warning: scope asks for a scope that this server does not offer to this client (scope.unsupported)",
      ],
      "oauth_dcr.origin.source": "initial_access_token",
      "oauth_dcr.origin.initial_access_token_id": record.id,
      "oauth_dcr.origin.owner": "team blue",
      "oauth_dcr.origin.constraints.scopes": ["read"],
      "oauth_dcr.origin.constraints.redirect_hosts": ["app.example"],
      "oauth_dcr.origin.policies": [],
    },
  });
});

test("a refusal is a warning with its reason as error.type", () => {
  const { eventName, severityText, severityNumber, attributes } = recordOf({
    ...REQUEST,
    type: "client_management_refused",
    reason: "token_refused",
    clientId: "one",
    tokenProblem: "expired",
    initialAccessTokenId: "t",
    findingsOmitted: 3,
  });
  expect([eventName, severityText, severityNumber]).toEqual([
    "oauth_dcr.client_management_refused",
    "WARN",
    13,
  ]);
  expect(attributes).toEqual({
    ...ATTRIBUTES,
    "error.type": "token_refused",
    "oauth_dcr.client_id": "one",
    "oauth_dcr.token_problem": "expired",
    "oauth_dcr.initial_access_token_id": "t",
    "oauth_dcr.findings_omitted": 3,
  });
});

test.each<[Failure["kind"], string, number]>([
  ["rate_limited", "WARN", 13],
  ["quota_exceeded", "WARN", 13],
  ["conflict", "WARN", 13],
  ["store_unavailable", "ERROR", 17],
  ["rate_limiter_unavailable", "ERROR", 17],
  ["verifier_unavailable", "ERROR", 17],
  ["revocation_failed", "ERROR", 17],
  ["unknown_policy", "ERROR", 17],
  ["defect", "ERROR", 17],
])("a request that ends with %s has the severity %s", (reason, text, number) => {
  const { severityText, severityNumber, attributes } = recordOf(refused(reason));
  expect([severityText, severityNumber]).toEqual([text, number]);
  expect(attributes).toEqual({ ...ATTRIBUTES, "error.type": reason });
});

test("of an update each change is told, in JSON", async () => {
  const events: AuditEvent[] = [];
  const { register, send } = managedRegistration({ audit: (event) => void events.push(event) });
  const client = await register({ ...PUBLIC, scope: "read write" });
  const { registration_client_uri: uri, registration_access_token: token } = client;
  await send("PUT", uri, token, { ...updateOf(client), scope: "read", client_name: "Another" });
  const { eventName, attributes } = recordOf(events.at(-1)!);
  expect(eventName).toBe("oauth_dcr.client_updated");
  expect(attributes["oauth_dcr.changes"]).toEqual([
    '{"member":"client_name","change":"changed"}',
    '{"member":"scope","change":"changed","from":"read write","to":"read"}',
  ]);
});

test("what an operator does, and what becomes of a token, is told too", () => {
  expect(recordOf({ type: "client_disabled", at: AT, actor: "operator", clientId: "one" })).toMatchObject({
    eventName: "oauth_dcr.client_disabled",
    severityText: "INFO",
    attributes: { "oauth_dcr.actor": "operator", "oauth_dcr.client_id": "one" },
  });
  expect(
    recordOf({
      type: "initial_access_token_spent",
      at: AT,
      actor: "token_holder",
      initialAccessTokenId: "t",
    }),
  ).toMatchObject({
    eventName: "oauth_dcr.initial_access_token_spent",
    attributes: { "oauth_dcr.actor": "token_holder", "oauth_dcr.initial_access_token_id": "t" },
  });
});

test("events are counted by type, reason and source, and by nothing that a caller can make up", async () => {
  const { registration, post, send } = managedRegistration({
    access: protectedRegistration({ rateLimiter: memoryRateLimiter({ limit: 6, windowSeconds: 60 }) }),
    audit: count,
  });
  const { token } = await registration.initialAccessTokens.issue({ uses: 2 });
  for (const client_name of ["One", "Two", "Three"]) await post({ ...CONFIDENTIAL, client_name }, token);
  await post({ client_name: 7 }, "made up");
  await send("GET", "https://as.example/register/made-up", undefined);
  await post({ client_name: 8 }, "made up too");
  await post({}, token);

  const points = (await counts()).map(({ attributes, value }) => [attributes, value]);
  const type = (name: string) => ({ "oauth_dcr.event.type": name });
  const source = { "oauth_dcr.source": "initial_access_token" };
  expect(points).toEqual([
    [type("initial_access_token_issued"), 1],
    [{ ...type("client_registered"), ...source }, 2],
    [type("initial_access_token_spent"), 2],
    [{ ...type("registration_refused"), "error.type": "token_refused" }, 3],
    [{ ...type("client_management_refused"), "error.type": "token_required" }, 1],
    [{ ...type("registration_limited"), "error.type": "rate_limited", "oauth_dcr.rate_limit": "address" }, 1],
  ]);
});
