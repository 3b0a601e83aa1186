import { beforeAll, describe, expect, it } from "vitest";
import { remoteKeySet } from "../../src/json-web-token/remote-key-set.js";
import { JWKS_URI, keyServer, NOW, testKey, type TestKey } from "./token-issuer.js";

let first: TestKey, second: TestKey;
beforeAll(async () => {
  [first, second] = await Promise.all([testKey("ES256", "first"), testKey("ES256", "second")]);
});

function remote() {
  const { server, guardedFetch } = keyServer([first.jwk]);
  const keys = remoteKeySet(JWKS_URI, guardedFetch)(false);
  /** The outcome for a key at an instant, and how many fetches there were by then. */
  const at = async (seconds: number, kid: string | undefined = "first") => {
    const found = await keys("ES256", kid, NOW + seconds);
    const outcome = found.ok ? found.value.map((key) => key.kid).join() : found.error.reason;
    return [outcome, server.urls.length];
  };
  return { server, keys, at };
}

describe("keys behind an address", () => {
  it("are fetched when they are first needed, as a key set or as JSON, and then for 600 seconds not again", async () => {
    const { server, at } = remote();
    expect(server.urls).toEqual([]);
    expect(await at(0)).toEqual(["first", 1]);
    expect(await at(599)).toEqual(["first", 1]);
    expect(await at(600)).toEqual(["first", 2]);
    expect(server.urls).toEqual([JWKS_URI, JWKS_URI]);
    expect(server.accept[0]).toEqual(["application/jwk-set+json", "application/json"]);
  });

  it("are fetched again for an unknown kid, 30 seconds after the last fetch at the earliest", async () => {
    const { server, at } = remote();
    await at(0);
    server.keys = [first.jwk, second.jwk];
    expect(await at(29, "second")).toEqual(["unknown_key", 1]);
    expect(await at(30, "second")).toEqual(["second", 2]);
    expect(await at(31, "first")).toEqual(["first", 2]);
  });

  it("are not fetched once for each made-up kid", async () => {
    const { at } = remote();
    await at(0);
    for (let i = 0; i < 100; i++) expect(await at(29, `made-up-${i}`)).toEqual(["unknown_key", 1]);
    for (let i = 0; i < 100; i++) expect(await at(30, `made-up-${i}`)).toEqual(["unknown_key", 2]);
    // The fetch for an unknown key renewed all of them.
    expect(await at(629)).toEqual(["first", 2]);
    expect(await at(630)).toEqual(["first", 3]);
  });

  it("which were withdrawn are gone with the next fetch", async () => {
    const { server, at } = remote();
    await at(0);
    server.keys = [second.jwk];
    expect(await at(599)).toEqual(["first", 1]);
    expect(await at(600)).toEqual(["unknown_key", 2]);
  });

  it("are fetched by one request at a time, whose answer all who wait get", async () => {
    const { server, at } = remote();
    let open: () => void = () => undefined;
    server.gate = new Promise((resolve) => (open = resolve));
    const waiting = [at(0), at(0), at(40), at(700, "second")];
    open();
    const outcomes = await Promise.all(waiting);
    expect(outcomes.slice(0, 3).map(([outcome]) => outcome)).toEqual(["first", "first", "first"]);
    // The last one's instant is long after the fetch that it joined, so that it asked once more.
    expect(server.urls.length).toBe(2);
  });

  it("serve on while fetching fails, until they are 3,600 seconds old", async () => {
    const { server, at } = remote();
    await at(0);
    server.failure = "timed_out";
    expect(await at(600)).toEqual(["first", 2]);
    expect(await at(629)).toEqual(["first", 2]);
    expect(await at(630)).toEqual(["first", 3]);
    expect(await at(3599)).toEqual(["first", 4]);
    expect(await at(3600)).toEqual(["keys_unavailable", 4]);
    server.failure = undefined;
    expect(await at(3628)).toEqual(["keys_unavailable", 4]);
    expect(await at(3629)).toEqual(["first", 5]);
  });

  it("which nobody could fetch are unavailable, not unknown, and not asked for again at once", async () => {
    const { server, at } = remote();
    server.failure = "timed_out";
    expect(await at(0)).toEqual(["keys_unavailable", 1]);
    expect(await at(29)).toEqual(["keys_unavailable", 1]);
    server.failure = undefined;
    expect(await at(30)).toEqual(["first", 2]);
    server.failure = "timed_out";
    expect(await at(60, "second")).toEqual(["keys_unavailable", 3]);
    // Once they can be fetched again, a key that is not there is unknown.
    server.failure = undefined;
    expect(await at(90, "second")).toEqual(["unknown_key", 4]);
  });

  it("are asked for again at once when there was no place for a request", async () => {
    const { server, at } = remote();
    server.failure = "busy";
    expect((await at(0))[0]).toBe("keys_unavailable");
    const before = server.urls.length;
    server.failure = undefined;
    expect(await at(1)).toEqual(["first", before + 1]);
  });

  it.each(["", "{", "[]", "null", '"keys"', "{}", '{"keys":{}}', '{"keys":"x"}', "<html>"])(
    "are none in an answer that is no key set: %j",
    async (text) => {
      const { server, at } = remote();
      await at(0);
      server.text = text;
      expect(await at(600)).toEqual(["first", 2]);
      expect(await at(630, "second")).toEqual(["keys_unavailable", 3]);
    },
  );

  it("that are private or symmetric are left out", async () => {
    const { server, at } = remote();
    server.keys = [{ ...first.jwk, d: "AA" }, { kty: "oct", k: "AA", kid: "first" }, second.jwk];
    expect(await at(0)).toEqual(["unknown_key", 1]);
    expect(await at(0, "second")).toEqual(["second", 1]);
  });

  it("do not live on under a clock that was put back", async () => {
    const { at } = remote();
    await at(0);
    expect(await at(-1)).toEqual(["first", 1]);
    expect(await at(-86_400)).toEqual(["first", 2]);
  });

  it("stay unavailable, and nothing rejects, when the fetch does", async () => {
    const cause = new Error("broken");
    const keys = remoteKeySet(JWKS_URI, () => Promise.reject(cause))(false);
    expect(await keys("ES256", undefined, NOW)).toEqual({
      ok: false,
      error: { reason: "keys_unavailable", cause },
    });
  });
});
