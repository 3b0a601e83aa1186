import { describe, expect, it, vi } from "vitest";
import {
  guardedFetch,
  guardedFetchBytes,
  type GuardedFetchOptions,
} from "../../src/guarded-fetch/guarded-fetch.js";
import {
  AddressRefusedError,
  type OutgoingConnection,
  type OutgoingRequest,
} from "../../src/guarded-fetch/outgoing-connection.js";
import { readText } from "../../src/guarded-fetch/read-text.js";
import { MisuseError } from "../../src/lib/misuse.js";

const URL_OF_DOCUMENT = "https://app.example/keys";
const JSON_TYPE = { "content-type": "application/json" };

/** A body of these chunks that stays open unless it is to end, and tells when it was cancelled. */
function watchedBody(chunks: readonly Uint8Array[], end: "closes" | "stays open" = "closes") {
  const watched = { pulls: 0, cancelled: false };
  let cancel: () => void;
  const whenCancelled = new Promise<void>((resolve) => (cancel = resolve));
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[watched.pulls++];
        if (chunk) controller.enqueue(chunk);
        else if (end === "closes") controller.close();
        else return new Promise(() => undefined);
      },
      cancel() {
        watched.cancelled = true;
        cancel();
      },
    },
    { highWaterMark: 0 },
  );
  return { watched, whenCancelled, stream };
}

const bytes = (text: string) => new TextEncoder().encode(text);

/** Answers every request alike, and remembers them. */
function answering(answer: () => Response | Promise<Response>) {
  const requests: OutgoingRequest[] = [];
  const connection: OutgoingConnection = async (request) => {
    requests.push(request);
    return answer();
  };
  return { requests, connection };
}

const fetchFrom = (connection: OutgoingConnection, options: Partial<GuardedFetchOptions> = {}) =>
  guardedFetch({ connection, ...options });
const problem = async (
  answer: () => Response | Promise<Response>,
  accept = ["application/json"],
  options: Partial<GuardedFetchOptions> = {},
) => {
  const result = await fetchFrom(answering(answer).connection, options)(URL_OF_DOCUMENT, accept);
  return result.ok ? undefined : result.error;
};

describe("a fetched document", () => {
  it("comes with its text and its headers", async () => {
    const headers = { "content-type": "application/json; charset=utf-8", "cache-control": "max-age=60" };
    const { requests, connection } = answering(() => new Response('{"a":"ü"}', { headers }));
    const result = await fetchFrom(connection)(URL_OF_DOCUMENT, [
      "application/json",
      "application/jwk-set+json",
    ]);
    if (!result.ok) throw new Error(result.error.kind);
    expect(result.value.text).toBe('{"a":"ü"}');
    expect(result.value.headers.get("cache-control")).toBe("max-age=60");
    expect(requests).toHaveLength(1);
    expect(requests[0]!.url.href).toBe(URL_OF_DOCUMENT);
    expect(requests[0]!.headers).toEqual({
      accept: "application/json, application/jwk-set+json",
      "accept-encoding": "identity",
      "user-agent": "oauth-dcr",
    });
  });

  it.each([
    ["application/json", ["application/json"], true],
    ["APPLICATION/JSON", ["application/json"], true],
    ["application/json ; charset=UTF-8", ["application/json"], true],
    ["application/jwk-set+json", ["application/json"], true],
    ["application/jwk-set+json", ["application/jwk-set+json"], true],
    ["application/json", ["application/jwk-set+json"], false],
    ["application/other+json", ["application/jwk-set+json"], false],
    ["image/png", ["image/png", "image/webp"], true],
    ["image/svg+xml", ["image/png"], false],
    ["text/html", ["application/json"], false],
    ["text/json", ["application/json"], false],
    ["application/jsonp", ["application/json"], false],
    ["xapplication/json", ["application/json"], false],
    ["application/json, text/html", ["application/json"], false],
    ["text/html, application/json", ["application/json"], false],
    ["application/json; a=b, text/html", ["application/json"], false],
    ["text/html; a=+json", ["application/json"], false],
    ["+json", ["application/json"], false],
    ["/+json", ["application/json"], false],
    ["", [""], false],
  ])("CIMD-2 of type %j, asked for %j: %s", async (type, accept, accepted) => {
    const found = await problem(() => new Response("{}", { headers: { "content-type": type } }), accept);
    expect(found?.kind).toBe(accepted ? undefined : "media_type");
  });

  it("may be empty, and may be as long as the limit", async () => {
    const empty = () => new Response(null, { headers: JSON_TYPE });
    const full = () => new Response("x".repeat(65_536), { headers: JSON_TYPE });
    expect(await problem(empty)).toBeUndefined();
    expect(await problem(full)).toBeUndefined();
  });

  it("may split a character over chunks", async () => {
    const { stream } = watchedBody([bytes('"'), Uint8Array.of(0xe2), Uint8Array.of(0x82, 0xac), bytes('"')]);
    const { connection } = answering(() => new Response(stream, { headers: JSON_TYPE }));
    const result = await fetchFrom(connection)(URL_OF_DOCUMENT, ["application/json"]);
    expect(result.ok && result.value.text).toBe('"€"');
  });
});

describe("a URL that nobody connects for", () => {
  it.each([
    ["http://app.example/keys", "url_refused"],
    ["ftp://app.example/keys", "url_refused"],
    ["file:///etc/passwd", "url_refused"],
    ["data:application/json,{}", "url_refused"],
    ["//app.example/keys", "url_refused"],
    ["keys", "url_refused"],
    ["", "url_refused"],
    ["https://", "url_refused"],
    ["https://user@app.example/", "url_refused"],
    ["https://user:secret@app.example/", "url_refused"],
    ["https://@app.example/", "url_refused"],
    ["https://app.example/#", "url_refused"],
    ["https://app.example/#keys", "url_refused"],
    ["https://app.example:0/", "url_refused"],
    ["https://app.example:65536/", "url_refused"],
    ["https://app.example\\@127.0.0.1/", "url_refused"],
    ["https://app.example/\n", "url_refused"],
    ["https://app.example/\t", "url_refused"],
    [" https://app.example/", "url_refused"],
    ["https://app.example/../keys", "url_refused"],
    ["https://app.example./", "url_refused"],
    ["https://app.ex%61mple/", "url_refused"],
    ["https://äpp.example/", "url_refused"],
    ["https://localhost/", "url_refused"],
    ["https://LOCALHOST/", "url_refused"],
    ["https://localhost./", "url_refused"],
    ["https://app.localhost/", "url_refused"],
    ["https://printer.local/", "url_refused"],
    ["https://printer.LOCAL/", "url_refused"],
    ["https://metadata.google.internal/", "url_refused"],
    ["https://local/", "url_refused"],
    ["https://intranet/", "url_refused"],
    ["https://com/", "url_refused"],
    ["https://127.1/", "url_refused"],
    ["https://2130706433/", "url_refused"],
    ["https://0x7f.0.0.1/", "url_refused"],
    ["https://0177.0.0.1/", "url_refused"],
    ["https://0.0.0.0/", "url_refused"],
    ["https://[::]/", "url_refused"],
    ["https://[::ffff:169.254.169.254]/", "url_refused"],
    ["https://[::ffff:a9fe:a9fe]/", "url_refused"],
    ["https://[fe80::1%25eth0]/", "url_refused"],
    [`https://app.example/${"a".repeat(2048)}`, "url_refused"],
    ["https://127.0.0.1/", "address_refused"],
    ["https://127.0.0.1:8443/", "address_refused"],
    ["https://169.254.169.254/latest/meta-data/", "address_refused"],
    ["https://10.0.0.1/", "address_refused"],
    ["https://168.63.129.16/", "address_refused"],
    ["https://255.255.255.255/", "address_refused"],
    ["https://[::1]/", "address_refused"],
    ["https://[fd00:ec2::254]/", "address_refused"],
    ["https://[64:ff9b::a9fe:a9fe]/", "address_refused"],
    ["https://[fe80::1]:443/", "address_refused"],
  ])("CIMD-7 %j: %s", async (url, kind) => {
    const { requests, connection } = answering(() => new Response("{}", { headers: JSON_TYPE }));
    const result = await fetchFrom(connection)(url, ["application/json"]);
    expect(result).toMatchObject({ ok: false, error: { kind } });
    expect(requests).toEqual([]);
  });

  it.each([
    "https://app.example",
    "https://app.example/",
    "https://app.example:443/keys",
    "https://app.example:8443/keys?a=b",
    "https://xn--pp-uia.example/",
    "https://localdomain.example/",
    "https://internal.example/",
    "https://8.8.8.8/keys",
    "https://[2606:4700:4700::1111]:8443/keys",
  ])("is not %s", async (url) => {
    const { requests, connection } = answering(() => new Response("{}", { headers: JSON_TYPE }));
    expect((await fetchFrom(connection)(url, ["application/json"])).ok).toBe(true);
    expect(requests[0]!.url.href).toBe(new URL(url).href);
  });
});

describe("an answer that is refused", () => {
  it.each([300, 301, 302, 303, 304, 307, 308])("CIMD-2 for its status %i is a redirect", async (status) => {
    const headers = { ...JSON_TYPE, location: "https://127.0.0.1/" };
    expect(await problem(() => new Response(null, { status, headers }))).toEqual({
      kind: "redirected",
      status,
    });
  });

  it.each([
    ["type", "opaqueredirect"],
    ["status", 0],
    ["redirected", true],
  ])("CIMD-2 for a redirect that shows in its %s alone", async (member, value) => {
    const hidden = () => Object.defineProperty(new Response("{}", { headers: JSON_TYPE }), member, { value });
    expect(await problem(hidden)).toEqual({ kind: "redirected" });
  });

  it.each([201, 202, 203, 204, 205, 206, 226, 400, 401, 404, 410, 429, 500, 503, 599])(
    "CIMD-2 for its status %i, though it is no redirect",
    async (status) => {
      const answer = () => new Response(null, { status, headers: JSON_TYPE });
      expect(await problem(answer)).toEqual({ kind: "status", status });
    },
  );

  it.each(["gzip", "br", "deflate", "zstd", "identity, gzip", "x-unknown", "GZIP"])(
    "for its encoding %s",
    async (encoding) => {
      const headers = { ...JSON_TYPE, "content-encoding": encoding };
      expect(await problem(() => new Response("{}", { headers }))).toEqual({ kind: "media_type" });
    },
  );

  it("not for the encoding that is none", async () => {
    const headers = { ...JSON_TYPE, "content-encoding": "Identity" };
    expect(await problem(() => new Response("{}", { headers }))).toBeUndefined();
  });

  it("for having no type", async () => {
    expect(await problem(() => new Response(bytes("{}")))).toEqual({ kind: "media_type" });
  });

  it.each([
    ["a lone byte", [0xff], "}"],
    ["an overlong slash", [0xc0, 0xaf], "}"],
    ["a surrogate", [0xed, 0xa0, 0x80], "}"],
    ["a character that another one cuts off", [0x22, 0xe2, 0x82], "}"],
    ["an end in mid-character", [0x22, 0xe2, 0x82], ""],
    ["UTF-16", [0xff, 0xfe, 0x7b, 0x00], "}"],
  ])("for %s that is no UTF-8", async (_name, values, end) => {
    const { stream, watched } = watchedBody([bytes("{"), Uint8Array.from(values), bytes(end)]);
    expect(await problem(() => new Response(stream, { headers: JSON_TYPE }))).toEqual({ kind: "media_type" });
    expect(watched.pulls).toBeLessThanOrEqual(4);
  });

  it("for its length, which is counted as it comes and not believed", async () => {
    const endless = Array.from({ length: 1000 }, () => new Uint8Array(1000).fill(0x20));
    for (const lie of [
      {},
      { "content-length": "2" },
      { "content-length": "none" },
      { "content-length": "-1" },
    ]) {
      const { stream, watched } = watchedBody(endless, "stays open");
      const headers = { ...JSON_TYPE, ...lie };
      expect(await problem(() => new Response(stream, { headers }))).toEqual({ kind: "too_large" });
      expect(watched).toEqual({ pulls: 66, cancelled: true });
    }
  });

  it("for one byte too many, and before its body where it tells its length", async () => {
    const ten = { maxBytes: 10 };
    const sized = (length: number) => () => new Response("x".repeat(length), { headers: JSON_TYPE });
    expect(await problem(sized(10), undefined, ten)).toBeUndefined();
    expect(await problem(sized(11), undefined, ten)).toEqual({ kind: "too_large" });
    const { stream, watched } = watchedBody([], "stays open");
    const headers = { ...JSON_TYPE, "content-length": "11" };
    expect(await problem(() => new Response(stream, { headers }), undefined, ten)).toEqual({
      kind: "too_large",
    });
    expect(watched).toEqual({ pulls: 0, cancelled: true });
  });

  it.each([
    ["redirected", { status: 302 }],
    ["status", { status: 404 }],
    ["media_type", { headers: { "content-type": "text/html" } }],
    ["media_type", { headers: { ...JSON_TYPE, "content-encoding": "gzip" } }],
  ])("leaves no body open: %s %j", async (kind, init) => {
    const { stream, watched } = watchedBody([bytes("{}")], "stays open");
    expect(await problem(() => new Response(stream, { headers: JSON_TYPE, ...init }))).toMatchObject({
      kind,
    });
    expect(watched).toEqual({ pulls: 0, cancelled: true });
  });

  it("is answered though cancelling its body fails or never ends", async () => {
    for (const cancel of [() => Promise.reject(new Error("no")), () => new Promise<void>(() => undefined)]) {
      const body = () => new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(70_000)), cancel });
      expect(await problem(() => new Response(body(), { headers: JSON_TYPE }))).toEqual({
        kind: "too_large",
      });
      expect(await problem(() => new Response(body(), { status: 500 }))).toEqual({
        kind: "status",
        status: 500,
      });
    }
  });
});

describe("a connection that fails", () => {
  it("CIMD-7 at the address is told apart from every other failure", async () => {
    const cause = new AddressRefusedError();
    expect(await problem(() => Promise.reject(cause))).toEqual({ kind: "address_refused", cause });
    expect(cause.message).not.toMatch(/\d/);
    const other = new Error("ECONNREFUSED");
    expect(await problem(() => Promise.reject(other))).toEqual({ kind: "unreachable", cause: other });
  });

  it("by throwing, by answering nothing or by a body that is taken is unreachable", async () => {
    const throwing: OutgoingConnection = () => {
      throw new Error("at once");
    };
    const result = await fetchFrom(throwing)(URL_OF_DOCUMENT, []);
    expect(result).toMatchObject({ ok: false, error: { kind: "unreachable" } });
    expect(await problem(() => undefined as unknown as Response)).toMatchObject({ kind: "unreachable" });
    const taken = new Response("{}", { headers: JSON_TYPE });
    taken.body!.getReader();
    expect(await problem(() => taken)).toMatchObject({ kind: "unreachable" });
  });

  it("in the middle of the body is unreachable", async () => {
    const cause = new Error("ECONNRESET");
    let pulls = 0;
    const pull = (controller: ReadableStreamDefaultController) =>
      pulls++ === 0 ? controller.enqueue(bytes("{")) : controller.error(cause);
    const broken = () => new Response(new ReadableStream({ pull }), { headers: JSON_TYPE });
    expect(await problem(broken)).toEqual({ kind: "unreachable", cause });
  });
});

describe("the time", () => {
  const soon = { timeoutSeconds: 0.02 };

  it("is up for a connection that ignores the signal", async () => {
    const never = () => new Promise<Response>(() => undefined);
    expect(await problem(never, undefined, soon)).toEqual({ kind: "timed_out" });
  });

  it("is up for a connection that ends with the signal", async () => {
    const signals: AbortSignal[] = [];
    const obedient: OutgoingConnection = ({ signal }) => {
      signals.push(signal);
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new AddressRefusedError()));
      });
    };
    const result = await fetchFrom(obedient, soon)(URL_OF_DOCUMENT, []);
    expect(result).toEqual({ ok: false, error: { kind: "timed_out" } });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it("covers the body, which is cancelled", async () => {
    const { stream, watched } = watchedBody([bytes("{"), bytes("}")], "stays open");
    const answer = () => new Response(stream, { headers: JSON_TYPE });
    expect(await problem(answer, undefined, soon)).toEqual({ kind: "timed_out" });
    expect(watched).toEqual({ pulls: 3, cancelled: true });
    expect(stream.locked).toBe(true);
  });

  it("makes no whole text of a body that it cut off", async () => {
    const abort = new AbortController();
    const { stream, whenCancelled } = watchedBody([bytes("{}")], "stays open");
    const reading = readText(stream, 100, abort.signal);
    abort.abort(new Error("late"));
    await expect(reading).rejects.toThrow("late");
    await whenCancelled;
  });

  it("covers connection and body together", async () => {
    const { stream, watched, whenCancelled } = watchedBody([], "stays open");
    let answer: (response: Response) => void = () => undefined;
    const late: OutgoingConnection = ({ signal }) => {
      signal.addEventListener("abort", () => answer(new Response(stream, { headers: JSON_TYPE })));
      return new Promise((resolve) => (answer = resolve));
    };
    expect(await fetchFrom(late, soon)(URL_OF_DOCUMENT, ["application/json"])).toEqual({
      ok: false,
      error: { kind: "timed_out" },
    });
    await whenCancelled;
    expect(watched.pulls).toBe(0);
  });
});

describe("the number of requests under way", () => {
  /** Answers when told to. */
  function held() {
    const waiting: ((response: Response | Promise<Response>) => void)[] = [];
    const connection: OutgoingConnection = () => new Promise((resolve) => waiting.push(resolve));
    return { waiting, connection };
  }
  const busy = { ok: false, error: { kind: "busy" } };

  it("is bounded; one more is answered at once, and one that has ended makes room", async () => {
    const { waiting, connection } = held();
    const fetchDocument = fetchFrom(connection, { maxConcurrent: 2 });
    const get = (host: string, isKnown = false) =>
      fetchDocument(`https://${host}/keys`, ["application/json"], isKnown);
    const first = get("one.example");
    expect(await get("one.example")).toEqual(busy);
    expect(await get("other.test")).toEqual(busy);
    expect(waiting).toHaveLength(1);
    waiting[0]!(new Response("{}", { headers: JSON_TYPE }));
    expect((await first).ok).toBe(true);
    const second = get("other.test");
    expect(await get("one.example")).toEqual(busy);
    const third = get("one.example", true);
    expect(await get("one.example", true)).toEqual(busy);
    waiting[1]!(Response.error());
    waiting[2]!(Promise.reject(new Error("reset")));
    expect((await second).ok).toBe(false);
    expect((await third).ok).toBe(false);
  });

  it("is 10 unless told, and a URL that is refused takes no place", async () => {
    const { waiting, connection } = held();
    const fetchDocument = fetchFrom(connection);
    for (let i = 0; i < 30; i++) await fetchDocument("https://127.0.0.1/", []);
    const all = Array.from({ length: 7 }, (_, i) => fetchDocument(`https://app.test${i}/`, []));
    expect(await fetchDocument(URL_OF_DOCUMENT, [])).toEqual(busy);
    // What is refused is refused, however busy it is.
    expect(await fetchDocument("http://app.example/", [])).toMatchObject({ error: { kind: "url_refused" } });
    waiting.forEach((answer) => answer(new Response(null, { status: 404 })));
    for (const one of all) expect(await one).toMatchObject({ error: { kind: "status" } });
  });

  it.each<[kind: string, answer: () => Response | Promise<Response>]>([
    ["address_refused", () => Promise.reject(new AddressRefusedError())],
    ["unreachable", () => Promise.reject(new Error("reset"))],
    ["redirected", () => new Response(null, { status: 302 })],
    ["status", () => new Response(null, { status: 500 })],
    ["media_type", () => new Response("<html>")],
    ["media_type", () => new Response(Uint8Array.of(0xff), { headers: JSON_TYPE })],
    ["too_large", () => new Response("x".repeat(70_000), { headers: JSON_TYPE })],
    ["timed_out", () => new Response(watchedBody([], "stays open").stream, { headers: JSON_TYPE })],
  ])("goes down again after %s", async (kind, answer) => {
    const fetchDocument = fetchFrom(answering(answer).connection, {
      maxConcurrent: 1,
      timeoutSeconds: kind === "timed_out" ? 0.02 : 10,
    });
    for (let i = 0; i < 3; i++) {
      const url = `https://app.test${i}/keys`;
      expect(await fetchDocument(url, ["application/json"])).toMatchObject({ error: { kind } });
      // What was cancelled ends behind the answer.
      await new Promise((resolve) => setImmediate(resolve));
    }
  });

  it("stays up while work goes on for which nobody waits any more, such as a question to a silent name server", async () => {
    const { waiting, connection } = held();
    const fetchDocument = fetchFrom(connection, { maxConcurrent: 1, timeoutSeconds: 0.02 });
    const ask = (host: string) => fetchDocument(`https://${host}/`, ["application/json"]);
    expect(await ask("mute.test")).toMatchObject({ error: { kind: "timed_out" } });
    expect(await ask("other.example")).toEqual(busy);
    expect(waiting).toHaveLength(1);
    waiting[0]!(Promise.reject(new Error("cancelled at last")));
    await vi.waitFor(async () => expect(await ask("other.example")).not.toEqual(busy));
  });
});

describe("CIMD-7 a URL in a private network", () => {
  const json = () => new Response("{}", { headers: JSON_TYPE });
  const EXEMPT = [
    "https://wiki.corp.internal/client.json",
    "https://intranet/client.json",
    "https://10.0.0.5:8443/client.json",
    "https://[fd12::1]/client.json",
    "https://localhost:8443/client.json",
  ];

  it.each(EXEMPT)("%s is asked where the operator exempts it, and nowhere else", async (url) => {
    const { requests, connection } = answering(json);
    expect((await fetchFrom(connection)(url, ["application/json"])).ok).toBe(false);
    const others = fetchFrom(connection, { privateUrls: EXEMPT.filter((other) => other !== url) });
    expect((await others(url, ["application/json"])).ok).toBe(false);
    expect(requests).toEqual([]);
    const exempting = fetchFrom(connection, { privateUrls: EXEMPT });
    expect(await exempting(url, ["application/json"])).toMatchObject({ ok: true });
    expect(requests).toMatchObject([{ url: new URL(url), mayBePrivate: true }]);
  });

  it.each([
    "https://wiki.corp.internal/client.json?",
    "https://wiki.corp.internal/client.json?v=1",
    "https://wiki.corp.internal/client.json/",
    "https://wiki.corp.internal/clien%74.json",
    "https://wiki.corp.internal/./client.json",
    "https://wiki.corp.internal/other.json",
    "https://wiki.corp.internal:443/client.json",
    "https://wiki.corp.internal:8443/client.json",
    "https://WIKI.corp.internal/client.json",
    "HTTPS://wiki.corp.internal/client.json",
    "http://wiki.corp.internal/client.json",
    "https://user@wiki.corp.internal/client.json",
    "https://wiki.corp.internal/client.json#a",
    " https://wiki.corp.internal/client.json",
    "https://10.0.0.6:8443/client.json",
    "https://127.0.0.1:8443/client.json",
  ])("is no other spelling of it: %j", async (url) => {
    const { requests, connection } = answering(json);
    const fetchDocument = fetchFrom(connection, { privateUrls: EXEMPT });
    expect(await fetchDocument(url, ["application/json"])).toMatchObject({ ok: false });
    expect(requests).toEqual([]);
  });

  it("exempts no public URL from anything", async () => {
    const { requests, connection } = answering(json);
    await fetchFrom(connection, { privateUrls: EXEMPT })(URL_OF_DOCUMENT, ["application/json"]);
    expect(requests).toMatchObject([{ mayBePrivate: false }]);
  });

  it("keeps every other guard", async () => {
    const asked = (answer: () => Response) =>
      fetchFrom(answering(answer).connection, { privateUrls: EXEMPT, maxBytes: 10 })(EXEMPT[0]!, [
        "application/json",
      ]);
    expect(await asked(() => new Response(null, { status: 302 }))).toMatchObject({
      error: { kind: "redirected" },
    });
    expect(await asked(() => new Response("<html>"))).toMatchObject({ error: { kind: "media_type" } });
    expect(await asked(() => new Response("x".repeat(11), { headers: JSON_TYPE }))).toMatchObject({
      error: { kind: "too_large" },
    });
  });

  it.each([
    "https://169.254.169.254/client.json",
    "https://100.100.100.200/client.json",
    "https://[fd00:ec2::254]/client.json",
    "https://[::ffff:10.0.0.1]/client.json",
    "https://224.0.0.1/client.json",
    "http://wiki.corp.internal/client.json",
    "https://wiki.corp.internal",
    "https://WIKI.corp.internal/client.json",
    "https://wiki.corp.internal:443/client.json",
    "https://user@wiki.corp.internal/client.json",
    "https://wiki.corp.internal/a/../client.json",
    "https://wiki.corp.internal/client.json#a",
    "https://*.corp.internal/client.json",
    "wiki.corp.internal",
    "*",
    "",
    5,
  ])("cannot be exempted as %j", (url) => {
    const build = () => fetchFrom(answering(json).connection, { privateUrls: [url as string] });
    expect(build).toThrow(MisuseError);
    expect(build).toThrow("privateUrls[0]");
  });
});

describe("limits", () => {
  it.each([
    { connection: undefined },
    { connection: {} },
    { maxBytes: 0 },
    { maxBytes: 1.5 },
    { maxBytes: Number.POSITIVE_INFINITY },
    { maxConcurrent: 0 },
    { maxConcurrent: Number.NaN },
    { timeoutSeconds: 0 },
    { timeoutSeconds: -1 },
    { timeoutSeconds: 61 },
    { timeoutSeconds: Number.NaN },
    { timeoutSeconds: Number.POSITIVE_INFINITY },
    { timeoutSeconds: "5" },
    { privateUrls: "https://intranet/client.json" },
  ])("%j is a mistake", (wrong) => {
    const build = () =>
      guardedFetch({ connection: answering(() => new Response()).connection, ...(wrong as object) });
    expect(build).toThrow(MisuseError);
    expect(build).toThrow(expect.objectContaining({ code: "ERR_GUARDED_FETCH" }));
  });

  it("may be a time that is no whole number of milliseconds", async () => {
    const fetchDocument = fetchFrom(answering(() => new Response("{}", { headers: JSON_TYPE })).connection, {
      timeoutSeconds: 10 / 3,
    });
    expect((await fetchDocument(URL_OF_DOCUMENT, ["application/json"])).ok).toBe(true);
  });
});

describe("guardedFetchBytes", () => {
  const PNG_TYPE = { "content-type": "image/png" };
  const fetchBytes = (answer: () => Response, options: Partial<GuardedFetchOptions> = {}) =>
    guardedFetchBytes({ connection: answering(answer).connection, ...options })("https://app.example/logo", [
      "image/png",
    ]);

  it("returns the bytes as they came, whatever text they would be", async () => {
    const pieces = [Uint8Array.of(0xff, 0xfe), Uint8Array.of(0, 0x80)];
    const result = await fetchBytes(() => new Response(watchedBody(pieces).stream, { headers: PNG_TYPE }));
    expect(result).toMatchObject({ ok: true, value: { bytes: Uint8Array.of(0xff, 0xfe, 0, 0x80) } });
  });

  it("has the limits and guards of guardedFetch", async () => {
    const { stream, watched } = watchedBody([new Uint8Array(6), new Uint8Array(6)], "stays open");
    const large = await fetchBytes(() => new Response(stream, { headers: PNG_TYPE }), { maxBytes: 10 });
    expect(large).toMatchObject({ ok: false, error: { kind: "too_large" } });
    expect(watched.cancelled).toBe(true);
    const other = await fetchBytes(
      () => new Response("<svg>", { headers: { "content-type": "image/svg+xml" } }),
    );
    expect(other).toMatchObject({ ok: false, error: { kind: "media_type" } });
    expect(() => guardedFetchBytes({ conection: 1 } as never)).toThrow("guardedFetchBytes");
  });
});
