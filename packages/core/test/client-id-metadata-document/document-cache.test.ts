import { describe, expect, test } from "vitest";
import { MisuseError } from "../../src/lib/misuse.js";
import { clientIdMetadataDocuments } from "../../src/client-id-metadata-document/index.js";
import { guardedFetch } from "../../src/guarded-fetch/guarded-fetch.js";
import { freshSeconds } from "../../src/client-id-metadata-document/document-freshness.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { jsonDocument } from "../support/recording-connection.js";
import { DOCUMENT, documentRegistration, URL_OF_CLIENT } from "../support/document-registration.js";

const DAY = 86_400;
const cached = (headers: Record<string, string>) =>
  new Response(JSON.stringify(DOCUMENT), { headers: { "content-type": "application/json", ...headers } });

describe("how long a document is fresh", () => {
  test.each([
    [{}, 3600],
    [{ "cache-control": "max-age=600" }, 600],
    [{ "cache-control": "public, Max-Age = 600" }, 600],
    [{ "cache-control": 'max-age="600"' }, 600],
    [{ "cache-control": "max-age=600, s-maxage=700" }, 700],
    [{ "cache-control": "max-age=600", age: "100" }, 500],
    [{ "cache-control": "max-age=600", age: "nonsense" }, 600],
    [{ "cache-control": "max-age=600", age: "9000" }, 60],
    [{ "cache-control": "max-age=1" }, 60],
    [{ "cache-control": "max-age=99999999" }, DAY],
    [{ "cache-control": "no-store" }, 60],
    [{ "cache-control": "max-age=600, no-cache" }, 60],
    [{ "cache-control": "max-age=-5" }, 3600],
    [{ expires: "Thu, 05 Nov 2026 00:10:00 GMT", date: "Thu, 05 Nov 2026 00:00:00 GMT" }, 600],
    [{ expires: "0", date: "Thu, 05 Nov 2026 00:00:00 GMT" }, 60],
    [{ expires: "Thu, 05 Nov 2026 00:10:00 GMT" }, 60],
  ])("by %j is %i s", (headers, seconds) => {
    expect(freshSeconds(new Headers(headers as Record<string, string>), { min: 60, max: DAY })).toBe(seconds);
  });
});

test("CIMD-10: a fresh document is not fetched again, and a change of it is told", async () => {
  let document: object = DOCUMENT;
  const { find, asked, at, events } = documentRegistration(() => jsonDocument(document));
  await find();
  document = { ...DOCUMENT, redirect_uris: ["https://app.example/changed"] };
  at(3599);
  expect(await find()).toMatchObject({
    value: { metadata: { redirect_uris: ["https://app.example/callback"] } },
  });
  expect(asked).toHaveLength(1);
  at(3600);
  expect(await find()).toMatchObject({
    value: { metadata: { redirect_uris: ["https://app.example/changed"] } },
  });
  expect(asked).toHaveLength(2);
  expect(events.at(-1)).toMatchObject({
    type: "client_document_accepted",
    changes: [
      {
        member: "redirect_uris",
        change: "changed",
        from: ["https://app.example/callback"],
        to: ["https://app.example/changed"],
      },
    ],
  });
});

test("requests at once for one document share one fetch", async () => {
  const { find, asked } = documentRegistration();
  const found = await Promise.all(Array.from({ length: 50 }, () => find()));
  expect(found.every(({ ok }) => ok)).toBe(true);
  expect(asked).toHaveLength(1);
});

test("one more than may be fetched at once is unavailable, and may be asked for again at once", async () => {
  let release: (() => void) | undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const { find } = documentRegistration(
    async (url) => {
      await gate;
      return jsonDocument({ ...DOCUMENT, client_id: url });
    },
    {},
    { fetching: { maxConcurrent: 1 } },
  );
  const first = find("https://app.example/one");
  expect(await find("https://app.example/two")).toMatchObject({ error: { kind: "unavailable" } });
  release?.();
  expect(await first).toMatchObject({ ok: true });
  expect(await find("https://app.example/two")).toMatchObject({ ok: true });
});

test("CIMD-4: failures are not kept: a server that is mended is asked after five seconds", async () => {
  let isAway = true;
  const { find, asked, at } = documentRegistration(() =>
    isAway ? new Response(null, { status: 500 }) : jsonDocument(DOCUMENT),
  );
  for (const [round, now] of [0, 5, 10, 15].entries()) {
    at(now);
    expect(await find()).toMatchObject({ error: { kind: "unavailable" } });
    at(now + 4);
    expect(await find()).toMatchObject({ error: { kind: "unavailable" } });
    expect(asked).toHaveLength(round + 1);
  }
  isAway = false;
  at(20);
  expect(await find()).toMatchObject({ ok: true });
});

test("a failure that is kept is a rule, and not what a stranger wrote", async () => {
  const hostile = {
    ...DOCUMENT,
    redirect_uris: ["https://app.example/#x"],
    client_uri: `x${"y".repeat(60_000)}`,
  };
  const { find } = documentRegistration(() => jsonDocument(hostile));
  await find();
  const again = await find();
  expect(again).toMatchObject({
    error: {
      kind: "refused_document",
      findings: [{ member: "(body)", rule: expect.any(String) as unknown }],
    },
  });
  expect(JSON.stringify(again).length).toBeLessThan(1_000);
});

test("a document is refused again only after it was looked at again", async () => {
  let document: object = { ...DOCUMENT, client_id: "https://other.example/" };
  const { find, asked, at } = documentRegistration(() => jsonDocument(document));
  expect(await find()).toMatchObject({ error: { kind: "refused_document" } });
  document = DOCUMENT;
  expect(await find()).toMatchObject({ error: { kind: "refused_document" } });
  at(5);
  expect(await find()).toMatchObject({ ok: true });
  expect(asked).toHaveLength(2);
});

describe("a document that is no longer fresh", () => {
  const setUp = async (maxStaleSeconds?: number) => {
    let answer = (): Response => cached({ "cache-control": "max-age=600" });
    const made = documentRegistration(
      () => answer(),
      maxStaleSeconds === undefined ? {} : { maxStaleSeconds },
    );
    await made.find();
    return { ...made, set: (next: () => Response) => void (answer = next) };
  };
  const away = (): never => {
    throw new Error("away");
  };

  test.each([
    ["cannot be reached", away],
    ["has an error of its own", () => new Response("", { status: 503 })],
    ["asks for fewer requests", () => new Response("", { status: 429 })],
  ])("serves on while its server %s, and not for ever", async (_, answer) => {
    const { find, at, set, events } = await setUp();
    set(answer);
    at(600);
    expect(await find()).toMatchObject({ ok: true });
    expect(events.at(-1)).toMatchObject({ type: "client_document_unavailable" });
    expect(await find()).toMatchObject({ ok: true });
    at(600 + DAY - 1);
    expect(await find()).toMatchObject({ ok: true });
    at(600 + DAY);
    expect(await find()).toMatchObject({ error: { kind: "unavailable" } });
  });

  test("does not serve on where none may", async () => {
    const { find, at, set } = await setUp(0);
    set(away);
    at(600);
    expect(await find()).toMatchObject({ error: { kind: "unavailable" } });
  });

  test.each([
    ["is gone", () => new Response("", { status: 404 })],
    ["is no longer good", () => jsonDocument({ ...DOCUMENT, client_secret: "s" })],
  ])("ends at once when it %s", async (_, answer) => {
    const { find, at, set } = await setUp();
    set(answer);
    at(600);
    expect(await find()).toMatchObject({ error: { kind: "refused_document" } });
    set(away);
    at(605);
    expect(await find()).toMatchObject({ error: { kind: "unavailable" } });
  });

  test("is fetched again when the clock was put back", async () => {
    const { find, at, asked } = await setUp();
    at(-1);
    await find();
    expect(asked).toHaveLength(2);
  });
});

describe("a sector identifier that a document names", () => {
  const SECTOR = "https://app.example/sector.json";
  const named = (url: string) => jsonDocument({ ...DOCUMENT, client_id: url, sector_identifier_uri: SECTOR });

  test("refuses the document only when its server could be asked", async () => {
    let answer = (): Response => jsonDocument(DOCUMENT.redirect_uris);
    const { find, at, events } = documentRegistration((url) => (url === SECTOR ? answer() : named(url)));
    expect(await find()).toMatchObject({ ok: true });
    answer = () => new Response("", { status: 503 });
    at(3600);
    expect(await find()).toMatchObject({ ok: true });
    expect(events.at(-1)).toMatchObject({ type: "client_document_unavailable", problem: "status" });
    expect(await find("https://app.example/new")).toMatchObject({ error: { kind: "unavailable" } });
    answer = () => jsonDocument(["https://app.example/other"]);
    at(3605);
    expect(await find()).toMatchObject({ error: { kind: "refused_document" } });
  });

  test("is asked for again at once where this server was too busy to ask", async () => {
    let isBusy = true;
    const fetching = guardedFetch({
      connection: ({ url: { href } }) =>
        Promise.resolve(href === SECTOR ? jsonDocument(DOCUMENT.redirect_uris) : named(href)),
    });
    const { find } = documentRegistration(undefined, {
      guardedFetch: (url, accept) =>
        url === SECTOR && isBusy
          ? Promise.resolve({ ok: false, error: { kind: "busy" } })
          : fetching(url, accept),
    });
    expect(await find()).toMatchObject({ error: { kind: "unavailable" } });
    isBusy = false;
    expect(await find()).toMatchObject({ ok: true });
  });
});

describe("documents that are kept", () => {
  const answer = (url: string) => jsonDocument({ ...DOCUMENT, client_id: url, description: "x".repeat(900) });
  const setUp = (maxDocuments: number) => {
    const made = documentRegistration(answer, { maxDocuments });
    const isKept = async (url: string) => {
      const before = made.asked.length;
      await made.find(url);
      return made.asked.length === before;
    };
    return { ...made, isKept };
  };

  test("are so many, and the one that was not asked for the longest goes", async () => {
    const { find, asked } = setUp(2);
    const [one, two, three] = ["one", "two", "three"].map((name) => `https://${name}.test/client.json`);
    for (const url of [one, two, one, three, one]) await find(url);
    expect(asked).toEqual([one, two, three]);
    await find(two);
    expect(asked).toEqual([one, two, three, two]);
  });

  test("of one domain fill no more than a tenth, whatever its hosts", async () => {
    const { find, isKept } = setUp(100);
    const honest = "https://honest.test/client.json";
    await find(honest);
    for (let i = 0; i < 300; i += 1) await find(`https://h${i}.stranger.test/client.json`);
    expect(await isKept(honest)).toBe(true);
    const kept = [];
    for (let i = 290; i < 300; i += 1) kept.push(await isKept(`https://h${i}.stranger.test/client.json`));
    expect(kept.every(Boolean)).toBe(true);
    expect(await isKept("https://h289.stranger.test/client.json")).toBe(false);
  });

  test("are not pushed out by strangers once their client was used", async () => {
    const { find, isKept, registration } = setUp(20);
    const honest = "https://honest.test/client.json";
    const found = await find(honest);
    if (!found.ok) throw new Error(found.error.kind);
    expect(await registration.recordClientUse(found.value)).toBe("recorded");
    const unused = "https://unused.test/client.json";
    await find(unused);
    for (let i = 0; i < 100; i += 1) await find(`https://stranger${i}.test/client.json`);
    expect([await isKept(honest), await isKept(unused)]).toEqual([true, false]);
  });

  test("are not pushed out by strangers where another process recorded the use", async () => {
    const store = memoryStore();
    const other = documentRegistration(answer, {}, { store });
    const honest = "https://honest.test/client.json";
    const found = await other.find(honest);
    if (!found.ok) throw new Error(found.error.kind);
    await other.registration.recordClientUse(found.value);
    const { find, asked } = documentRegistration(answer, { maxDocuments: 20 }, { store });
    await find(honest);
    for (let i = 0; i < 100; i += 1) await find(`https://stranger${i}.test/client.json`);
    asked.length = 0;
    await find(honest);
    expect(asked).toEqual([]);
  });

  test("are bounded by their bytes", async () => {
    const large = (url: string) => {
      const contacts = Array.from({ length: 50 }, (_, i) => `${i}${"x".repeat(900)}`);
      return jsonDocument({ ...DOCUMENT, client_id: url, contacts });
    };
    const { find, asked } = documentRegistration(large, { maxDocuments: 20 });
    const urls = Array.from({ length: 10 }, (_, i) => `https://large${i}.test/client.json`);
    for (const url of urls) await find(url);
    asked.length = 0;
    for (const url of urls.slice(-3).reverse()) await find(url);
    expect(asked).toEqual([]);
    await find(urls[5]);
    expect(asked).toEqual([urls[5]]);
  });
});

test.each([
  { guardedFetch: undefined },
  { guardedFetch },
  { draft: "02" },
  { allowQuery: "yes" },
  { admission: "app.example" },
  { minFreshSeconds: -1 },
  { minFreshSeconds: 61, maxFreshSeconds: 60 },
  { maxStaleSeconds: 0.5 },
  { maxDocuments: 0 },
  { minFreshSecond: 1 },
])("no documents are taken with %j", (wrong) => {
  const options = {
    guardedFetch: guardedFetch({ connection: () => Promise.reject(new Error("unused")) }),
    ...wrong,
  } as never;
  expect(() => clientIdMetadataDocuments(options)).toThrow(MisuseError);
});

test(`the registration of these tests finds ${URL_OF_CLIENT}`, async () => {
  expect(await documentRegistration().find()).toMatchObject({ ok: true });
});
