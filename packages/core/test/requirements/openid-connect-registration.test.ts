import { describe, expect, test } from "vitest";
import { sameHostDisplayUris } from "../../src/policy/same-host-display-uris.js";
import { PUBLIC, textOf, updateOf, REGISTER, managedRegistration } from "../support/managed-registration.js";

const DISPLAY = ["client_uri", "logo_uri", "tos_uri", "policy_uri", "logo_uri#ja"];
const OWN = "https://app.example/page";

const dropping = () => managedRegistration({ policies: { every: [sameHostDisplayUris()] } });
const refusing = () =>
  managedRegistration({ policies: { every: [sameHostDisplayUris({ mismatch: "refuse" })] } });

describe("addresses that a consent page shows", () => {
  test.each(DISPLAY)(
    "OIDC-9, R7591-31: %s stays where its host and scheme are a redirect URI's",
    async (name) => {
      for (const { post } of [dropping(), refusing()]) {
        const { status, body } = await post({ ...PUBLIC, [name]: OWN });
        expect([status, body[name]]).toEqual([201, OWN]);
      }
    },
  );

  test.each(
    DISPLAY.flatMap((name) =>
      ["https://bank.example/page", "https://app.example.evil.example/", "https://evil-app.example/"].map(
        (uri) => [name, uri] as const,
      ),
    ),
  )("OIDC-9, R7591-31: %s of %s is not registered, or is refused", async (name, uri) => {
    const { post, store } = dropping();
    const { status, body } = await post({ ...PUBLIC, [name]: uri });
    expect(status).toBe(201);
    expect(body).not.toHaveProperty([name]);
    const stored = await store.findClient(textOf(body, "client_id"));
    expect(stored?.metadata).not.toHaveProperty([name]);

    const answer = await refusing().post({ ...PUBLIC, [name]: uri });
    expect([answer.status, answer.body["error"]]).toEqual([400, "invalid_client_metadata"]);
    expect(answer.text).toContain(name);
    expect(answer.text).not.toContain(uri);
  });

  test("OIDC-9, R7591-31: of another scheme are another's", async () => {
    const answer = await refusing().post({ ...PUBLIC, client_uri: "http://app.example/page" });
    expect([answer.status, answer.body["error"]]).toEqual([400, "invalid_client_metadata"]);
  });

  test("OIDC-9, R7591-31: are compared in an update too, of the addresses and of the redirect URIs", async () => {
    const { register, send } = refusing();
    const client = await register({ ...PUBLIC, logo_uri: OWN });
    const { registration_client_uri: uri, registration_access_token: token } = client;
    const update = updateOf(client);
    for (const change of [
      { logo_uri: "https://bank.example/logo" },
      { redirect_uris: ["https://evil.example/callback"] },
    ]) {
      expect((await send("PUT", uri, token, { ...update, ...change })).status).toBe(400);
    }
    expect((await send("GET", uri, token)).body).toMatchObject({ logo_uri: OWN });
    const moved = { redirect_uris: ["https://new.example/callback"], logo_uri: "https://new.example/logo" };
    expect((await send("PUT", uri, token, { ...update, ...moved })).body).toMatchObject(moved);
  });

  test("OIDC-9, R7591-31: are left alone by a server that has no such policy", async () => {
    const uri = "https://bank.example/page";
    expect((await managedRegistration().post({ ...PUBLIC, client_uri: uri })).body["client_uri"]).toBe(uri);
  });
});

describe("addresses and keys of the client's own", () => {
  const EC = {
    kty: "EC",
    crv: "P-256",
    x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
  };

  test.each<[string, unknown]>([
    ["jwks_uri", "https://app.example/jwks"],
    ["jwks", { keys: [EC] }],
    ["initiate_login_uri", "https://app.example/login"],
    ["request_uris", ["https://app.example/request.jwt"]],
  ])("OIDC-6: %s of %j is registered", async (name, value) => {
    const { status, body } = await managedRegistration().post({ ...PUBLIC, [name]: value });
    expect([status, body[name]]).toEqual([201, value]);
  });

  test.each<[string, unknown]>([
    ["jwks_uri", "http://app.example/jwks"],
    ["jwks", { keys: [{ ...EC, d: "870MB6gfuTJ4HtUnUvYM" }] }],
    ["jwks", { keys: [EC, { kty: "oct", k: "AyM1SysPpbyDfgZld3um" }] }],
    ["jwks", { keys: [] }],
    ["initiate_login_uri", "http://app.example/login"],
    ["initiate_login_uri", "javascript:login()"],
    ["request_uris", ["https://app.example/request.jwt#not-a-hash"]],
  ])("OIDC-6: %s of %j is refused", async (name, value) => {
    const { status, body } = await managedRegistration().post({ ...PUBLIC, [name]: value });
    expect([status, body["error"]]).toEqual([400, "invalid_client_metadata"]);
  });
});

describe("both endpoints", () => {
  test("OIDC-7: tell nobody by a 404 that there is no such client", async () => {
    const { register, send } = managedRegistration();
    const client = await register();
    const { registration_client_uri: uri, registration_access_token: token } = client;
    const unknown = uri.replace(client.client_id, "a".repeat(26));
    for (const method of ["GET", "PUT", "DELETE"]) {
      const body = method === "PUT" ? updateOf(client) : undefined;
      expect((await send(method, unknown, token, body)).status).toBe(401);
      expect((await send(method, unknown, undefined, body)).status).toBe(401);
    }
    expect((await send("DELETE", uri, token)).status).toBe(204);
    expect((await send("GET", uri, token)).status).toBe(401);
  });

  test("OIDC-8: can be used by a browser from another origin, refusals too", async () => {
    const { registration, register, post } = managedRegistration();
    const { registration_client_uri: uri } = await register();
    for (const [url, method] of [
      [REGISTER, "POST"],
      [uri, "PUT"],
    ] as const) {
      const headers = {
        origin: "https://app.example",
        "access-control-request-method": method,
        "access-control-request-headers": "authorization, content-type",
      };
      const preflight = await registration.fetch(new Request(url, { method: "OPTIONS", headers }));
      expect(preflight.ok).toBe(true);
      expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
      expect(preflight.headers.get("access-control-allow-methods")).toContain(method);
      // `*` stands for all headers but this one (Fetch standard).
      expect(preflight.headers.get("access-control-allow-headers")).toBe("*, Authorization");
    }
    for (const answer of [await post(PUBLIC), await post({}), await post(PUBLIC, "nonsense")]) {
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
    }
  });

  test("OIDC-8: can be used from the listed origins alone, or from none", async () => {
    const originFor = async (corsOrigins: readonly string[]) => {
      const { registration } = managedRegistration({ corsOrigins });
      const headers = { origin: "https://app.example" };
      const answer = await registration.fetch(new Request(REGISTER, { method: "POST", headers }));
      return answer.headers.get("access-control-allow-origin");
    };
    expect(await originFor(["https://app.example"])).toBe("https://app.example");
    expect(await originFor(["https://other.example"])).toBeNull();
    expect(await originFor([])).toBeNull();
  });
});
