import fc from "fast-check";
import { expect, test } from "vitest";
import { FULL_BODY, fuzzedRegistration, postJson } from "./fuzzed-registration.js";

const value = fc.oneof(
  fc.constantFrom(
    null,
    "",
    [],
    {},
    0,
    -1,
    true,
    "none",
    "client_secret_basic",
    "\u0000",
    "javascript:alert(1)",
  ),
  fc.jsonValue(),
);
const RESERVED = [
  "client_id",
  "client_secret",
  "client_id_issued_at",
  "client_secret_expires_at",
  "registration_access_token",
  "registration_client_uri",
  "software_statement",
  "__proto__",
];
const change = fc.dictionary(fc.constantFrom(...Object.keys(FULL_BODY), ...RESERVED), value, { maxKeys: 4 });
const leftOut = fc.subarray(Object.keys(FULL_BODY), { maxLength: 5 });

test("no update leads to a 5xx, and one that is refused changes nothing", async () => {
  const { registration, events, errors } = fuzzedRegistration({
    clientManagement: { revokeTokens: () => undefined, rotateRegistrationAccessToken: false },
  });
  const registered = await registration.fetch(postJson(JSON.stringify({ ...FULL_BODY, request_uris: [] })));
  const client = (await registered.json()) as Record<string, unknown>;
  const { client_id_issued_at: _1, client_secret_expires_at: _2, ...own } = client;
  const { registration_access_token: token, registration_client_uri: uri, ...update } = own;
  const found = async () => {
    const client = await registration.findClient(update["client_id"] as string);
    return client.ok ? client.value : undefined;
  };
  const seen = new Map<number, number>();

  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.constant({}), change),
      leftOut,
      fc.boolean(),
      async (changes, without, isWhole) => {
        const body = isWhole ? { ...update, ...changes } : changes;
        const sent = Object.fromEntries(Object.entries(body).filter(([name]) => !without.includes(name)));
        const before = await found();
        const eventsBefore = events.length;
        const response = await registration.fetch(
          new Request(uri as string, {
            method: "PUT",
            headers: { "content-type": "application/json", authorization: `Bearer ${token as string}` },
            body: JSON.stringify(sent),
          }),
        );
        seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
        const text = await response.text();
        expect([200, 400], text).toContain(response.status);
        expect(events.length).toBe(eventsBefore + 1);
        const after = await found();
        if (response.status === 400) expect(after).toEqual(before);
        else {
          const answer = JSON.parse(text) as Record<string, unknown>;
          expect(answer["client_id"]).toBe(update["client_id"]);
          expect(answer["client_id_issued_at"]).toBe(client["client_id_issued_at"]);
          expect(after?.version).toBe((before?.version ?? 0) + 1);
          expect(after?.origin).toEqual(before?.origin);
        }
      },
    ),
    { numRuns: 1500 },
  );
  expect(errors).toEqual([]);
  for (const status of [200, 400]) expect(seen.get(status) ?? 0).toBeGreaterThan(50);
});

test("no path, method or token leads to a 5xx or to somebody's data", async () => {
  const { registration, errors } = fuzzedRegistration({
    clientManagement: { revokeTokens: () => undefined },
  });
  const registered = await registration.fetch(
    postJson(JSON.stringify({ ...FULL_BODY, client_name: "a canary" })),
  );
  const { client_id, registration_client_uri: uri } = (await registered.json()) as Record<string, string>;
  const path = fc.oneof(
    fc.constant(uri ?? ""),
    fc
      .string({ unit: "binary", maxLength: 60 })
      .map((tail) => `https://as.example/register/${encodeURIComponent(tail)}`),
    fc
      .webUrl({ withQueryParameters: true, validSchemes: ["https"] })
      .map((url) => url.replace(/^https:\/\/[^/]+/, "https://as.example/register")),
  );
  const authorization = fc.oneof(
    fc.constant(undefined),
    fc.stringMatching(/^[ -~]{0,80}$/),
    fc.stringMatching(/^odcr_[ri]at_[A-Za-z0-9_-]{43}$/).map((token) => `Bearer ${token}`),
    fc.constant(`Bearer ${client_id ?? ""}`),
  );
  await fc.assert(
    fc.asyncProperty(
      path,
      fc.constantFrom("GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"),
      authorization,
      async (url, method, header) => {
        const response = await registration.fetch(
          new Request(url, { method, ...(header !== undefined && { headers: { authorization: header } }) }),
        );
        expect([204, 400, 401, 404, 405]).toContain(response.status);
        expect(response.status).toBe(method === "OPTIONS" && response.status !== 404 ? 204 : response.status);
        expect(await response.text()).not.toContain("a canary");
      },
    ),
    { numRuns: 1500 },
  );
  expect(errors).toEqual([]);
  expect(await registration.findClient(client_id ?? "")).toMatchObject({ ok: true });
});
