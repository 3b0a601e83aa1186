import { describe, expect, test } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import { memoryRateLimiter } from "../../src/rate-limit/memory-rate-limiter.js";
import { CONFIDENTIAL, managedRegistration, PUBLIC, updateOf } from "../support/managed-registration.js";

const KEY = new Uint8Array(16).fill(7);

describe("who did it", () => {
  test("is nobody known, the holder of a token, or the client, and stands with the right that it came by", async () => {
    const { registration, events, register, send } = managedRegistration();
    const { token } = await registration.initialAccessTokens.issue({ uses: 5 });
    await register();
    await registration.registerClient({ redirect_uris: [] });
    await registration.registerClient(PUBLIC, { initialAccessToken: "odcr_iat_wrong" });
    await registration.registerClient({ redirect_uris: [] }, { initialAccessToken: token });
    const client = await register(CONFIDENTIAL, { authorization: `Bearer ${token}` });
    const { registration_client_uri: uri, registration_access_token: managing } = client;
    await send("PUT", uri, "wrong", updateOf(client));
    await send("PUT", uri, managing, { ...updateOf(client), client_id: "another" });
    await send("GET", uri, managing);
    expect(
      events.map((event) => [event.type, event.actor, "source" in event ? event.source : undefined]),
    ).toEqual([
      ["initial_access_token_issued", "operator", undefined],
      ["client_registered", "anonymous", "open"],
      ["registration_refused", "anonymous", "open"],
      ["registration_refused", "anonymous", undefined],
      ["registration_refused", "token_holder", "initial_access_token"],
      ["client_registered", "token_holder", "initial_access_token"],
      ["initial_access_token_spent", "token_holder", undefined],
      ["client_management_refused", "anonymous", undefined],
      ["client_management_refused", "client", "initial_access_token"],
      ["client_read", "client", "initial_access_token"],
    ]);
  });

  test("an update tells what it changed, and nothing else does", async () => {
    const { events, register, send } = managedRegistration();
    const client = await register({ ...PUBLIC, scope: "read write" });
    const body = { ...updateOf(client), scope: "read", client_name: "Two" };
    await send("PUT", client.registration_client_uri, client.registration_access_token, body);
    expect(events.map((event) => ("changes" in event ? event.changes : undefined))).toEqual([
      undefined,
      [
        { member: "client_name", change: "changed" },
        { member: "scope", change: "changed", from: "read write", to: "read" },
      ],
    ]);
  });

  test("whoever is limited is told apart from who is refused", async () => {
    const rateLimiter = memoryRateLimiter({ limit: 2, windowSeconds: 60 });
    const { registration, events, register, send } = managedRegistration({
      access: openRegistration({ rateLimiter }),
    });
    const client = await register();
    await registration.registerClient({});
    await registration.registerClient(PUBLIC);
    await send("GET", client.registration_client_uri, client.registration_access_token);
    expect(events.map(({ type }) => type)).toEqual([
      "client_registered",
      "registration_refused",
      "registration_limited",
      "client_management_limited",
    ]);
  });
});

describe("the events of one request", () => {
  test("share its id: the adapter's where it fits into a log, and else one of their own", async () => {
    const { registration, events } = managedRegistration();
    const { token } = await registration.initialAccessTokens.issue({ uses: 20 });
    const ids = async (requestId?: string) => {
      events.length = 0;
      await registration.registerClient(PUBLIC, {
        initialAccessToken: token,
        ...(requestId && { requestId }),
      });
      return events.map((event) => ("requestId" in event ? event.requestId : undefined));
    };
    expect(await ids("proxy-7:1")).toEqual(["proxy-7:1", "proxy-7:1"]);
    for (const bad of [undefined, "two words", "new\nline", "\u00e9", "x".repeat(129)]) {
      const [one, other] = await ids(bad);
      expect(one).toMatch(/^[a-z2-7]{26}$/);
      expect(other).toBe(one);
    }
    expect((await ids())[0]).not.toBe((await ids())[0]);
  });

  test("come also when there is no randomness to name them by", async () => {
    const { registration, events } = managedRegistration({
      randomBytes: () => {
        throw new Error("no entropy");
      },
    });
    expect(await registration.registerClient(PUBLIC)).toMatchObject({ ok: false, error: { kind: "defect" } });
    expect(events).toMatchObject([{ type: "registration_refused", requestId: "unknown" }]);
  });
});

describe("addresses", () => {
  const register = async (addressPseudonymKey?: Uint8Array, clientAddress = "203.0.113.7") => {
    const { registration, events, store } = managedRegistration({
      quotas: { perAddress: 1 },
      ...(addressPseudonymKey && { addressPseudonymKey }),
    });
    const first = await registration.registerClient(PUBLIC, { clientAddress });
    await registration.registerClient(PUBLIC, { clientAddress });
    const stored = first.ok ? await store.findClient(first.value.client.clientId) : undefined;
    return { events, stored, all: JSON.stringify([events, stored]) };
  };

  test("stand in clear where there is no key", async () => {
    const { events, stored } = await register();
    expect(events).toMatchObject([
      { clientAddress: "203.0.113.7" },
      { clientAddress: "203.0.113.7", quotaKey: "address:203.0.113.7" },
    ]);
    expect(stored?.quotaKeys).toEqual(["address:203.0.113.7"]);
  });

  test("stand nowhere under a key, are the same for the same caller, and others under another key", async () => {
    const { events, stored, all } = await register(KEY);
    expect(all).not.toContain("203.0.113.7");
    const { clientAddress } = events[0] as { clientAddress: string };
    expect(clientAddress).toMatch(/^hmac:[0-9a-f]{32}$/);
    expect(events[1]).toMatchObject({ clientAddress, quotaKey: `address:${clientAddress}` });
    expect(stored?.quotaKeys).toEqual([`address:${clientAddress}`]);
    expect((await register(KEY)).events[0]).toMatchObject({ clientAddress });
    expect((await register(KEY, "203.0.113.8")).events[0]).not.toMatchObject({ clientAddress });
    expect((await register(new Uint8Array(16).fill(8))).events[0]).not.toMatchObject({ clientAddress });
  });

  test("the key that counts is the one at construction", async () => {
    const key = KEY.slice();
    const { registration, events } = managedRegistration({ addressPseudonymKey: key });
    await registration.registerClient(PUBLIC, { clientAddress: "203.0.113.7" });
    key.fill(0);
    await registration.registerClient(PUBLIC, { clientAddress: "203.0.113.7" });
    const [one, other] = events.map((event) => ("clientAddress" in event ? event.clientAddress : undefined));
    expect(other).toBe(one);
  });

  test.each([["x".repeat(32)], [new Uint8Array(15)], [{}]])("%j is no key", (addressPseudonymKey) => {
    expect(() => managedRegistration({ addressPseudonymKey: addressPseudonymKey as Uint8Array })).toThrow(
      "addressPseudonymKey: must be a Uint8Array of at least 16 bytes",
    );
  });
});
