import { describe, expect, test } from "vitest";
import { REGISTERED_MEMBERS } from "../../src/client-metadata/members.js";
import { openRegistration } from "../../src/access/open-registration.js";
import { MisuseError } from "../../src/lib/misuse.js";
import { memoryRateLimiter } from "../../src/rate-limit/memory-rate-limiter.js";
import { PUBLIC } from "../support/managed-registration.js";
import {
  attackedRegistration,
  ENDPOINT,
  PRESET_NAMES,
  type AttackedRegistration,
  type PresetName,
} from "../support/attacked-registration.js";

/** More pieces of a body than these are refused, whatever its size. */
const MAX_PIECES = 1024;

const TITLE = "CVE-2026-109527 (python-sdk), PKSA-s52d-n7sx-trsg (php mcp/sdk): denial of service";
const MAX_BODY_BYTES = 65_536;

/** A body that never ends, and how much of it was taken. */
function endlessBody(chunkBytes: number) {
  const taken = { chunks: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        taken.chunks++;
        controller.enqueue(new Uint8Array(chunkBytes).fill(0x20));
      },
      cancel() {
        taken.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, taken };
}

async function sender(preset: PresetName, registration: AttackedRegistration = attackedRegistration(preset)) {
  const { token } = await registration.registration.initialAccessTokens.issue({ uses: 1000 });
  const authorization: Record<string, string> =
    preset === "tokenGatedPreset" ? { authorization: `Bearer ${token}` } : {};
  const send = (
    body: BodyInit,
    headers: Record<string, string> = {},
    { method = "POST", url = ENDPOINT } = {},
  ) =>
    registration.registration.fetch(
      new Request(url, {
        method,
        headers: { "content-type": "application/json", ...authorization, ...headers },
        body,
        ...({ duplex: "half" } as object),
      }),
    );
  return { ...registration, send };
}

const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);
const list = (entry: string, count: number) => `[${Array.from({ length: count }, () => entry).join()}]`;
const members = (count: number, name: (i: number) => string, value: string) =>
  Array.from({ length: count }, (_, i) => `${JSON.stringify(name(i))}:${value}`).join();

/** As the value of any member. */
const HEAVY_VALUES: readonly (readonly [string, string])[] = [
  ["nested lists", nested("[", "]", 30_000)],
  ["nested objects", nested('{"a":', "", 9_000) + "1" + "}".repeat(9_000)],
  ["a list of empty texts", list('""', 20_000)],
  ["a list of URLs", list('"https://app.example/callback"', 2_000)],
  ["a list of objects", list("{}", 20_000)],
  ["a list of keys", `{"keys":${list('{"kty":"RSA","n":"AQAB","e":"AQAB"}', 1_700)}}`],
  [
    "a key with a chain of certificates",
    `{"keys":[{"kty":"RSA","n":"AQ","e":"AQ","x5c":${list('"A"', 15_000)}}]}`,
  ],
  ["a long text", JSON.stringify("a".repeat(60_000))],
  ["a long text of many tokens", JSON.stringify("a ".repeat(30_000))],
  ["a long number", "9".repeat(60_000)],
  ["a number beyond all numbers", "1e400"],
  ["a long URL", JSON.stringify(`https://app.example/${"a/".repeat(30_000)}`)],
  ["a URL of many percent signs", JSON.stringify(`https://app.example/${"%25".repeat(20_000)}2e`)],
  ["a host of many labels", JSON.stringify(`https://${"a.".repeat(30_000)}example/`)],
  ["a host of hyphens", JSON.stringify(`https://${"-".repeat(60_000)}/`)],
  ["escapes", `"${"\\u0061".repeat(10_000)}"`],
  ["unpaired surrogates", `"${"\\ud800".repeat(10_000)}"`],
];

const VALID = JSON.stringify(PUBLIC).slice(1, -1);
const FIFTY = list("0", 50);

/** Whole bodies. */
const HEAVY_BODIES: readonly (readonly [string, string])[] = [
  ["nested lists", nested("[", "]", 32_000)],
  ["lists that are never closed", "[".repeat(65_000)],
  ["objects that are never closed", '{"a":'.repeat(13_000)],
  ["many unknown members beside a good client", `{${VALID},${members(5_000, (i) => `m${i}`, "0")}}`],
  ["one member in many languages", `{${VALID},${members(2_500, (i) => `client_name#x-${i}`, '"n"')}}`],
  ["one member many times", `{${members(3_500, () => "client_name", '"n"')}}`],
  ["one list many times", `{${members(1_900, () => "redirect_uris", '["javascript:1"]')}}`],
  ["__proto__ many times", `{${members(3_000, () => "__proto__", '{"a":1}')}}`],
  ["a long name", `{"${"n".repeat(60_000)}":1}`],
  ["a long language tag", `{"client_name#${"a-".repeat(30_000)}a":"n"}`],
  ["every member wrong", `{${REGISTERED_MEMBERS.map(({ name }) => `"${name}":[[],{},[[]]]`).join()}}`],
  [
    "every list full of wrong values",
    `{${REGISTERED_MEMBERS.map(({ name }) => `"${name}":${FIFTY}`).join()}}`,
  ],
  ["white space", `{${" ".repeat(65_000)}}`],
  ["zeros", "\0".repeat(65_000)],
  ["nothing", ""],
];

async function expectModestRefusal(response: Response, what: string): Promise<void> {
  expect(response.status, what).toBeGreaterThanOrEqual(400);
  expect(response.status, what).toBeLessThan(500);
  expect((await response.text()).length, what).toBeLessThan(700);
}

/** A server without a verifier ignores statements, and the certificates of a key are as long as the body lets them be. */
const HARMLESS = [
  ...HEAVY_VALUES.map(([what]) => `${what} as software_statement`),
  "a key with a chain of certificates as jwks",
  "a key with a chain of certificates as vp_formats_supported",
  "a list of keys as vp_formats_supported",
];

describe.each(PRESET_NAMES)(`${TITLE} with %s`, (preset) => {
  test("no more of a body is taken than is allowed, whether its length is told, hidden or a lie", async () => {
    const { send, written } = await sender(preset);
    for (const [told, chunkBytes] of [
      [undefined, 1024],
      ["10", 1024],
      ["-1", 1024],
      ["many", 1024],
      [undefined, 1],
      [undefined, 10 * MAX_BODY_BYTES],
    ] as const) {
      const { body, taken } = endlessBody(chunkBytes);
      const response = await send(body, told === undefined ? {} : { "content-length": told });
      expect(response.status, `${told} ${chunkBytes}`).toBe(413);
      expect(taken.chunks).toBe(Math.min(Math.floor(MAX_BODY_BYTES / chunkBytes), MAX_PIECES) + 1);
      expect(taken.cancelled).toBe(true);
    }
    const { body, taken } = endlessBody(1024);
    expect((await send(body, { "content-length": String(MAX_BODY_BYTES + 1) })).status).toBe(413);
    expect(taken.chunks).toBe(0);
    expect(written).toEqual([]);
  });

  test("nothing of a body is taken from who may not send one", async () => {
    const { send, innocent } = await sender(preset);
    const victim = await innocent();
    const refused: readonly (readonly [Record<string, string>, { method?: string; url?: string }])[] = [
      [{ authorization: "Bearer odcr_iat_made-up" }, {}],
      [{ "content-type": "text/plain" }, {}],
      [{ "content-type": "application/x-www-form-urlencoded" }, {}],
      [{ authorization: "" }, { method: "PUT", url: victim.registration_client_uri }],
      [{ authorization: "Bearer made-up" }, { method: "PUT", url: victim.registration_client_uri }],
      [{ authorization: "Bearer made-up" }, { method: "PUT", url: `${ENDPOINT}/nobody` }],
      [{}, { method: "PATCH", url: victim.registration_client_uri }],
    ];
    for (const [headers, target] of refused) {
      const { body, taken } = endlessBody(1024);
      const { status } = await send(body, headers, target);
      expect([401, 405, 415], JSON.stringify([headers, target])).toContain(status);
      expect(taken.chunks).toBe(0);
    }
  });

  test.each(HEAVY_BODIES)("a body of %s gets a short refusal", async (what, body) => {
    const { send, written, events } = await sender(preset);
    expect(body.length).toBeLessThanOrEqual(MAX_BODY_BYTES);
    await expectModestRefusal(await send(body), what);
    expect(written).toEqual([]);
    expect(JSON.stringify(events).length).toBeLessThan(MAX_BODY_BYTES);
  });

  test.each(HEAVY_VALUES)("%s as the value of any member get a short refusal", async (what, value) => {
    const { send, written, events } = await sender(preset);
    for (const name of [
      ...REGISTERED_MEMBERS.map(({ name }) => name),
      "client_name#de",
      "software_statement",
    ]) {
      const base = Object.entries(PUBLIC).filter(([other]) => other !== name);
      const rest = base.map(([other, good]) => `${JSON.stringify(other)}:${JSON.stringify(good)},`).join("");
      const response = await send(`{${rest}"${name}":${value}}`);
      if (response.status !== 201) await expectModestRefusal(response, `${what} ${name}`);
      else expect(HARMLESS, what).toContain(`${what} as ${name}`);
    }
    for (const event of events) expect(JSON.stringify(event).length).toBeLessThan(MAX_BODY_BYTES);
    for (const record of written) expect(JSON.stringify(record).length).toBeLessThan(2 * MAX_BODY_BYTES);
  });

  test("of a member that is sent twice, one is judged and the same is registered", async () => {
    const { send, written } = await sender(preset);
    const twice = (first: string, second: string) =>
      send(`{"token_endpoint_auth_method":"none","redirect_uris":[${first}],"redirect_uris":[${second}]}`);
    const [good, bad] = ['"https://app.example/callback"', '"javascript:alert(1)"'];
    await expectModestRefusal(await twice(good, bad), "bad last");
    const answer = await twice(bad, good);
    expect(answer.status).toBe(201);
    expect(JSON.stringify([written, await answer.json()])).not.toContain("javascript");
  });

  test("an update is bounded like a registration, and a heavy one changes nothing", async () => {
    const { send, innocent, record } = await sender(preset);
    const victim = await innocent();
    const before = await record(victim.client_id);
    const authorization = { authorization: `Bearer ${victim.registration_access_token}` };
    const target = { method: "PUT", url: victim.registration_client_uri };
    for (const [what, body] of HEAVY_BODIES) {
      await expectModestRefusal(await send(body, authorization, target), what);
    }
    const { body, taken } = endlessBody(1024);
    expect((await send(body, authorization, target)).status).toBe(413);
    expect(taken.chunks).toBe(MAX_BODY_BYTES / 1024 + 1);
    expect(await record(victim.client_id)).toEqual(before);
  });
});

describe("an open endpoint without a quota", () => {
  test("cannot be built by oversight", () => {
    for (const options of [undefined, {}, { rateLimiter: undefined }, { dangerouslyUnlimited: false }]) {
      expect(() => openRegistration((options ?? {}) as never)).toThrow(MisuseError);
    }
  });

  test("and with one, what is over it is refused before its body is read and before anything is written", async () => {
    const rateLimiter = memoryRateLimiter({ limit: 3, windowSeconds: 60, clock: () => 0 });
    const registration = attackedRegistration("mcpPreset", { access: openRegistration({ rateLimiter }) });
    const { send, written } = await sender("mcpPreset", registration);
    for (let i = 0; i < 3; i++) expect((await send(JSON.stringify(PUBLIC))).status).toBe(201);
    const { body, taken } = endlessBody(1024);
    const refused = await send(body);
    expect(refused.status).toBe(429);
    expect(taken.chunks).toBe(0);
    expect(written.length).toBe(3);
  });
});
