import { describe, expect, test } from "vitest";
import { clientAdministration } from "../../src/administration/client-administration.js";
import { createClientRegistration } from "../../src/client-registration.js";
import { tokenGatedPreset } from "../../src/configuration/presets.js";
import { guardedFetchBytes, type OutgoingConnection } from "../../src/guarded-fetch/index.js";
import { logoProxy, type LogoProxyOptions } from "../../src/logo-proxy/index.js";
import { imageKind } from "../../src/logo-proxy/image-kind.js";
import { LogoCache } from "../../src/logo-proxy/logo-cache.js";
import { MisuseError } from "../../src/index.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { DOCUMENT, documentRegistration, URL_OF_CLIENT } from "../support/document-registration.js";
import { jsonDocument } from "../support/recording-connection.js";
import type { TrustTier } from "../../src/store/records.js";

const bytesOf = (...parts: readonly (string | readonly number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === "string" ? Array.from(part, (c) => c.charCodeAt(0)) : part)),
  );
const big = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const png = (width = 64, height = 64) =>
  bytesOf("\x89PNG\r\n\x1a\n", big(13), "IHDR", big(width), big(height), [8, 6, 0, 0, 0]);
/** Each frame: left, top, width and height. All have a colour table, and the screen has one as well. */
function gif(screen: readonly [number, number], ...frames: readonly (readonly number[])[]) {
  const little = (values: readonly number[]) => values.flatMap((value) => [value & 255, value >>> 8]);
  const table = [0x80, ...Array.from({ length: 6 }, () => 0x3b)];
  const extension = [0x21, 0xf9, 4, 0, 0, 0, 0, 0];
  return bytesOf(
    ...["GIF89a", little(screen), [0x80, 0, 0], table.slice(1), extension],
    ...frames.flatMap((frame) => [[0x2c], little(frame), table, [2, 2, 0x44, 1, 0]]),
    [0x3b],
  );
}
/** A JPEG with these bytes before a frame of 64 by 32. */
const jpeg = (...before: readonly number[]) =>
  bytesOf([0xff, 0xd8, ...before, 0xff, 0xc2, 0, 17, 8, 0, 32, 0, 64]);
const IMAGES = {
  "image/png": png(64, 32),
  "image/gif": gif([64, 32], [0, 0, 64, 32], [10, 10, 54, 22]),
  "image/jpeg": bytesOf([
    0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 1, 0xff, 0xc4, 0, 3, 0, 0xff, 0xc2, 0, 17, 8, 0, 32, 0, 64,
  ]),
};
const SVG = bytesOf('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');

describe("imageKind", () => {
  test.each(Object.entries(IMAGES))("reads %s and its size", (type, bytes) => {
    expect(imageKind(bytes)).toEqual({ type, width: 64, height: 32 });
  });

  test.each([
    ["VP8 ", bytesOf("RIFF", big(0), "WEBPVP8 ", big(0), [0, 0, 0, 0x9d, 1, 0x2a, 64, 0, 32, 0])],
    ["VP8L", bytesOf("RIFF", big(0), "WEBPVP8L", big(0), [0x2f, 63, 0xc0, 7, 0])],
    ["VP8X", bytesOf("RIFF", big(0), "WEBPVP8X", big(0), [0, 0, 0, 0, 63, 0, 0, 31, 0, 0])],
  ])("reads each form of WebP: %s", (_, bytes) => {
    expect(imageKind(bytes)).toEqual({ type: "image/webp", width: 64, height: 32 });
  });

  test.each([
    ["SVG", SVG],
    ["HTML", bytesOf("<!doctype html><script>")],
    ["nothing", bytesOf()],
    ["a PNG without its size", png().slice(0, 20)],
    ["a JPEG without a frame", bytesOf([0xff, 0xd8, 0xff, 0xda, 0, 4, 0, 0])],
    ["a GIF with a frame that is too wide", gif([64, 32], [0, 0, 64, 32], [1, 0, 64, 32])],
    ["a GIF with a frame that is too high", gif([64, 32], [0, 30, 1, 3])],
    ["a GIF with a frame that is larger than its screen", gif([16, 16], [0, 0, 8000, 8000])],
    ["a GIF without a frame", gif([64, 32])],
    ["a GIF without an end", gif([64, 32], [0, 0, 64, 32]).slice(0, -1)],
    [
      "a GIF with bytes between its frames",
      new Uint8Array([...gif([64, 32], [0, 0, 1, 1]).slice(0, -1), 0, 0x3b]),
    ],
    ["a JPEG with a restart marker first", jpeg(0xff, 0xd0, 0, 2)],
    ["a JPEG that begins again", jpeg(0xff, 0xd8, 0, 2)],
    ["a JPEG with a fill byte", jpeg(0xff, 0xff, 0, 2)],
    ["a JPEG with a marker that has no length", jpeg(0xff, 0x01, 0, 2)],
    ["a JPEG with a segment that nobody knows", jpeg(0xff, 0xf0, 0, 2)],
    ["a JPEG whose segments never end", bytesOf([0xff, 0xd8, ...Array.from({ length: 50 }, () => 0xff)])],
    ["a JPEG whose segment has no length", bytesOf([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0])],
    ["a RIFF of sound", bytesOf("RIFF", big(0), "WAVEfmt ", big(0), [0, 0, 0, 0])],
  ])("takes %s for no image", (_, bytes) => {
    expect(imageKind(bytes)).toBeUndefined();
  });
});

/** A server that sends this, and what was asked of it. */
async function served(
  image: Uint8Array<ArrayBuffer>,
  {
    tier,
    type = "image/png",
    isUsed = true,
    headers = {},
    ...options
  }: Partial<LogoProxyOptions> & {
    tier?: TrustTier;
    type?: string;
    isUsed?: boolean;
    headers?: Record<string, string>;
  } = {},
) {
  const asked: string[] = [];
  const connection: OutgoingConnection = ({ url }) => {
    asked.push(url.href);
    return Promise.resolve(new Response(image, { headers: { "content-type": type, ...headers } }));
  };
  const settings = {
    ...tokenGatedPreset({ issuer: "https://as.example" }),
    store: memoryStore(),
    audit: () => undefined,
  };
  const registration = createClientRegistration(settings);
  const added = await clientAdministration(settings).addClient({
    clientId: "app/one?two",
    metadata: {
      redirect_uris: ["https://app.example/callback"],
      token_endpoint_auth_method: "none",
      logo_uri: "https://app.example/logo",
    },
    ...(tier && { administration: { tier } }),
  });
  if (added.outcome !== "added") throw new Error(added.outcome);
  if (isUsed) await registration.recordClientUse(added.client);
  const found = await registration.findClient(added.client.clientId);
  if (!found.ok) throw new Error(found.error.kind);
  const logos = logoProxy({
    registration,
    store: settings.store,
    guardedFetchBytes: guardedFetchBytes({ connection, maxBytes: 10_000 }),
    ...options,
  });
  const path = `/logos/${encodeURIComponent(added.client.clientId)}`;
  const get = (at = path, method = "GET") => logos.fetch(new Request(`https://as.example${at}`, { method }));
  const view = registration.consentView(found.value, "https://app.example/callback")!;
  return { asked, get, pathFor: () => logos.pathFor(found.value, view), path };
}

describe("logoProxy", () => {
  test.each(Object.entries(IMAGES))(
    "serves %s as its bytes say, and as nothing that runs",
    async (type, image) => {
      const { get, pathFor, path } = await served(image, { tier: "approved" });
      expect(pathFor()).toBe(path);
      const response = await get();
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "content-type": type,
        "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "private, max-age=3600",
      });
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(image);
    },
  );

  test.each([
    ["SVG", SVG, "image/png"],
    ["an image that is called SVG", png(), "image/svg+xml"],
    ["an image that is called HTML", png(), "text/html"],
    ["an image that is too wide", png(1025, 1), "image/png"],
    ["an image without a size", png(0, 1), "image/png"],
    ["an image with too many bytes", new Uint8Array([...png(), ...new Uint8Array(10_000)]), "image/png"],
  ])("refuses %s, and remembers that for a while", async (_, image, type) => {
    const time = { now: 0 };
    const { get, asked } = await served(image, { tier: "approved", type, clock: () => time.now });
    const response = await get();
    expect([response.status, response.headers.get("cache-control")]).toEqual([404, "no-store"]);
    await get();
    expect(asked).toHaveLength(1);
    time.now = 301_000;
    await get();
    expect(asked).toHaveLength(2);
  });

  test.each([
    ["unknown", undefined, 404],
    ["domain_verified", undefined, 200],
    ["approved", undefined, 200],
    ["approved", "first_party", 404],
    ["first_party", "first_party", 200],
    ["unknown", "unknown", 200],
  ] as const)("for a client that is %s, with leastTier %s: %i", async (tier, leastTier, status) => {
    const { get, asked, pathFor } = await served(png(), { tier, ...(leastTier && { leastTier }) });
    expect((await get()).status).toBe(status);
    expect(asked).toHaveLength(status === 200 ? 1 : 0);
    expect(pathFor() !== undefined).toBe(status === 200);
  });

  test("fetches nothing for a client that was never used, an unknown one, or another path or method", async () => {
    const unused = await served(png(), { tier: "approved", isUsed: false });
    expect([(await unused.get()).status, unused.pathFor()]).toEqual([404, undefined]);
    const used = await served(png(), { tier: "approved" });
    for (const path of ["/logos/nobody", "/logos/", "/logos/%ff", "/other", `/logos/${"x".repeat(5000)}`]) {
      expect((await used.get(path)).status, path).toBe(404);
    }
    expect((await used.get(used.path, "POST")).status).toBe(404);
    expect([...unused.asked, ...used.asked]).toEqual([]);
  });

  test("fetches no document for a stranger, and one for a client that the store has as trusted", async () => {
    const document = { ...DOCUMENT, logo_uri: "https://app.example/logo" };
    const { registration, store, find, asked } = documentRegistration(() => jsonDocument(document), {
      minFreshSeconds: 0,
      maxFreshSeconds: 0,
    });
    const logos = logoProxy({
      ...{ registration, store },
      guardedFetchBytes: guardedFetchBytes({
        connection: () => Promise.resolve(new Response(png(), { headers: { "content-type": "image/png" } })),
      }),
    });
    const get = async () => {
      asked.length = 0;
      const url = `https://as.example/logos/${encodeURIComponent(URL_OF_CLIENT)}`;
      return [(await logos.fetch(new Request(url))).status, asked.length];
    };
    expect(await get()).toEqual([404, 0]);
    const found = await find();
    if (!found.ok) throw new Error(found.error.kind);
    await registration.recordClientUse(found.value);
    expect(await get()).toEqual([404, 0]);
    await store.changeClientAdministration(URL_OF_CLIENT, { administration: { tier: "approved" } });
    expect(await get()).toEqual([200, 1]);
    await registration.disableClient(URL_OF_CLIENT);
    expect(await get()).toEqual([404, 0]);
  });

  test("shows no logo while the store is away", async () => {
    const away = { findClient: () => Promise.reject(new Error("away")) };
    const { get, asked } = await served(png(), { tier: "approved", store: away });
    expect([(await get()).status, asked]).toEqual([404, []]);
  });

  test("fetches once for all who ask at the same time, and again after a day", async () => {
    const time = { now: 0 };
    const { get, asked } = await served(png(), { tier: "approved", clock: () => time.now });
    const statuses = (await Promise.all(Array.from({ length: 20 }, () => get()))).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(asked).toHaveLength(1);
    time.now = 86_401_000;
    await get();
    expect(asked).toHaveLength(2);
  });

  test.each([
    ["registration", { registration: undefined }],
    ["store", { store: {} }],
    ["guardedFetchBytes", { guardedFetchBytes: guardedFetchBytes }],
    ["path", { path: "logos" }],
    ["path", { path: "//elsewhere.example/" }],
    ["leastTier", { leastTier: "trusted" }],
    ["maxPixels", { maxPixels: 0 }],
    ["maxCacheBytes", { maxCacheBytes: 1.5 }],
    ["clock", { clock: 1 }],
  ])("refuses a wrong option: %s", (message, options) => {
    const registration = { findClient: () => undefined };
    const call = () =>
      logoProxy({
        registration,
        store: registration,
        guardedFetchBytes: () => undefined,
        ...options,
      } as never);
    expect(call).toThrow(MisuseError);
    expect(call).toThrow(message);
  });
});

describe("the cache of logos", () => {
  const logo = (size: number) => ({ type: "image/png", bytes: new Uint8Array(size) }) as const;
  const keptOf = (cache: LogoCache, urls: readonly string[]) =>
    urls.filter((url) => cache.get(url)?.logo !== undefined);

  test("holds no more than its bytes, and forgets the longest unused first", () => {
    const cache = new LogoCache(100_000, () => 0);
    const urls = Array.from({ length: 30 }, (_, i) => `https://site-${i}.example/`);
    for (const url of urls) {
      cache.set(url, logo(9000), 60);
      cache.get(urls[0]!);
    }
    // Ten thousand bytes each, with what an entry costs besides.
    const kept = keptOf(cache, urls);
    expect(kept).toEqual([urls[0], ...urls.slice(-8)]);
  });

  test("gives one site a quarter, and displaces its own images first", () => {
    const cache = new LogoCache(100_000, () => 0);
    cache.set("https://other.example/", logo(9000), 60);
    const urls = Array.from({ length: 20 }, (_, i) => `https://host-${i}.site.example/`);
    for (const url of urls) cache.set(url, logo(9000), 60);
    expect(keptOf(cache, urls)).toEqual(urls.slice(-2));
    expect(keptOf(cache, ["https://other.example/"])).toHaveLength(1);
    cache.set("https://large.example/", logo(30_000), 60);
    expect(cache.get("https://large.example/")).toBeUndefined();
  });
});
