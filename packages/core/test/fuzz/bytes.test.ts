import fc from "fast-check";
import { expect, test } from "vitest";
import {
  ENDPOINT,
  expectSafeAnswer,
  FULL_BODY,
  fuzzedRegistration,
  MAX_BODY_BYTES,
  postJson,
} from "./fuzzed-registration.js";

const utf8 = new TextEncoder();
const CORPUS: readonly Uint8Array[] = [
  { redirect_uris: ["https://app.example/callback"] },
  {
    redirect_uris: ["cursor://anysphere.cursor-mcp/oauth/callback", "http://localhost:8787/cb"],
    application_type: "web",
  },
  { grant_types: ["client_credentials"], "client_name#ja": "\u65e5\u672c\u8a9e" },
  FULL_BODY,
].map((body) => utf8.encode(JSON.stringify(body)));

type Bend = (bytes: number[]) => number[];
const share = fc.nat(9999).map((n) => n / 10_000);
const piece = fc.oneof(
  fc.array(fc.nat(255), { minLength: 1, maxLength: 4 }),
  fc
    .constantFrom(
      '"',
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      "\\",
      "\\u0000",
      "\\ud800",
      "null",
      "1e400",
      "-0",
      "//",
      "\n",
    )
    .map((text) => [...utf8.encode(text)]),
  // Overlong, a lone continuation, a surrogate, past the last code point, a byte order mark.
  fc.constantFrom([0xc0, 0xaf], [0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xef, 0xbb, 0xbf]),
);
const bend: fc.Arbitrary<Bend> = fc.oneof(
  share.map(
    (to): Bend =>
      (bytes) =>
        bytes.slice(0, to * bytes.length),
  ),
  share.map(
    (from): Bend =>
      (bytes) =>
        bytes.slice(from * bytes.length),
  ),
  fc.tuple(share, piece, fc.nat(3)).map(([where, inserted, removed]): Bend => {
    return (bytes) => bytes.toSpliced(where * bytes.length, removed, ...inserted);
  }),
  fc.tuple(share, fc.nat(7)).map(([where, bit]): Bend => {
    return (bytes) =>
      bytes.map((byte, i) => (i === Math.floor(where * bytes.length) ? byte ^ (1 << bit) : byte));
  }),
  fc.constant<Bend>((bytes) => [...bytes, ...bytes]),
);

const body = fc.oneof(
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => [...bytes]) },
  {
    weight: 1,
    arbitrary: fc.nat(3).map((padding) => new Array<number>(MAX_BODY_BYTES - 1 + padding).fill(0x20)),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(...CORPUS), fc.array(bend, { maxLength: 3 }))
      .map(([bytes, bends]) => bends.reduce((bent, bendIt) => bendIt(bent), [...bytes])),
  },
);

const contentType = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom("application/json", "Application/JSON; charset=utf-8", "application/json;"),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "",
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/jsonp",
      "application/json, text/plain",
      "text/plain;application/json",
      "application/problem+json",
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
);
const method = fc.oneof(
  { weight: 8, arbitrary: fc.constant("POST") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("GET", "HEAD", "PUT", "PATCH", "DELETE", "PROPFIND", "post"),
  },
);
const headers = fc.dictionary(
  fc.constantFrom(
    "content-length",
    "origin",
    "authorization",
    "content-encoding",
    "x-forwarded-for",
    "accept",
  ),
  fc.oneof(
    fc.constantFrom("0", "-1", "1e9", "NaN", "gzip", "null", "Bearer x", "*/*"),
    fc.string({ maxLength: 12 }),
  ),
  { maxKeys: 3 },
);

test("whatever bytes arrive in whatever request, the answer is a safe one and there is one event", async () => {
  const { registration, events, errors } = fuzzedRegistration();
  const seen = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(method, contentType, headers, body, async (verb, type, others, bytes) => {
      const bodyless = verb === "GET" || verb === "HEAD";
      let request: Request;
      try {
        request = new Request(ENDPOINT, {
          method: verb,
          headers: { ...others, "content-type": type },
          ...(!bodyless && { body: new Uint8Array(bytes) }),
        });
      } catch {
        fc.pre(false); // Not a header that HTTP can carry.
        return;
      }
      const before = events.length;
      const response = await registration.fetch(request);
      await expectSafeAnswer(response);
      expect(events.length).toBe(before + 1);
      seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
    }),
    { numRuns: 2500 },
  );
  expect(errors).toEqual([]);
  // All roads were taken.
  for (const status of [201, 400, 405, 413, 415]) expect(seen.get(status) ?? 0).toBeGreaterThan(20);
});

test("a body that comes in pieces of any size is read as the whole", async () => {
  const { registration } = fuzzedRegistration();
  const whole = utf8.encode(JSON.stringify(FULL_BODY));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(whole.length), { maxLength: 8 }), fc.boolean(), async (cuts, breaks) => {
      const at = [0, ...cuts.sort((a, b) => a - b), whole.length];
      const pieces = at.slice(1).map((end, i) => whole.slice(at[i], end));
      const stream = new ReadableStream<Uint8Array>({
        pull(controller) {
          const next = pieces.shift();
          if (next) controller.enqueue(next);
          else if (breaks) controller.error(new Error("the client went away"));
          else controller.close();
        },
      });
      // Node wants to be told that the answer does not wait for the whole body.
      const init: RequestInit & { duplex: "half" } = {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: stream,
        duplex: "half",
      };
      const response = await registration.fetch(new Request(ENDPOINT, init));
      await expectSafeAnswer(response);
      expect(response.status).toBe(breaks ? 400 : 201);
    }),
    { numRuns: 200 },
  );
});

test.each([
  ["lists", "[", "]"],
  ["objects", '{"a":', "}"],
])("%s nested as deep as the body's limit allows", async (_, open, close) => {
  const { registration, errors } = fuzzedRegistration();
  const depth = Math.floor((MAX_BODY_BYTES - 100) / (open.length + close.length));
  const nest = `${open.repeat(depth)}1${close.repeat(depth)}`;
  for (const text of [
    nest,
    open.repeat(depth),
    ...Object.keys(FULL_BODY).map((name) => `{"${name}":${nest}}`),
  ]) {
    const response = await registration.fetch(postJson(text));
    await expectSafeAnswer(response);
    expect(response.status).toBe(400);
  }
  expect(errors).toEqual([]);
});

test.each([
  [[0xc0, 0xaf]],
  [[0x80]],
  [[0xff]],
  [[0xed, 0xa0, 0x80]],
  [[0xf4, 0x90, 0x80, 0x80]],
  [[0xe2, 0x82]],
])("a name with the bytes %j is not mended but refused: they are no UTF-8", async (bytes) => {
  const { registration } = fuzzedRegistration();
  const [before = "", after = ""] = '{"redirect_uris":["https://app.example/cb"],"client_name":"|"}'.split(
    "|",
  );
  const response = await registration.fetch(
    postJson(new Uint8Array([...utf8.encode(before), ...bytes, ...utf8.encode(after)])),
  );
  expect(await expectSafeAnswer(response)).toMatchObject({ error_description: "the body must be UTF-8" });
  expect(response.status).toBe(400);
});

test("any path is either the endpoint, the discovery document or not found", async () => {
  const { registration } = fuzzedRegistration();
  await fc.assert(
    fc.asyncProperty(fc.webPath(), fc.constantFrom("GET", "POST"), async (path, verb) => {
      const response = await registration.fetch(
        new Request(`https://elsewhere.example${path}`, { method: verb }),
      );
      expect([404, 405, 415]).toContain(response.status);
      await expectSafeAnswer(response);
    }),
    { numRuns: 300 },
  );
});
