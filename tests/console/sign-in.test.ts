import { MisuseError } from "@oauth-dcr/core";
import { createConsole } from "@oauth-dcr/console";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startConsole, type ConsoleServer } from "./support/console-server.js";

let server: ConsoleServer;
let now = Date.now();
/** Who signed in or out, as the console told it. */
const told: string[] = [];
beforeAll(async () => {
  server = await startConsole({
    clock: () => now,
    onSession: (change, name) => told.push(`${name} ${change}`),
  });
});
afterAll(() => server.close());

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly form?: Record<string, string>;
}

/** A request as a page of the console sends it, unless told otherwise. */
async function send(path: string, { method, headers = {}, form }: Sent = {}, { operators, origin } = server) {
  return operators.fetch(
    new Request(`${origin}${path}`, {
      method: method ?? (form ? "POST" : "GET"),
      headers: {
        host: new URL(origin).host,
        ...(form && { "content-type": "application/x-www-form-urlencoded", origin }),
        ...headers,
      },
      ...(form && { body: new URLSearchParams(form).toString() }),
    }),
  );
}

function newToken({ operators } = server): string {
  return new URL(operators.signInLink() ?? "").searchParams.get("token") ?? "";
}

/** Signs in and returns the cookie, and the token of forms. */
async function session(on = server) {
  const answer = await send("/sign-in", { form: { token: newToken(on), name: "Operator One" } }, on);
  expect(answer.status).toBe(303);
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  const page = await (await send("/", { headers: { cookie } }, on)).text();
  const formToken = /name="form_token" value="([^"]+)"/.exec(page)?.[1] ?? "";
  expect(formToken).toMatch(/^[\w-]{43}$/);
  return { cookie, formToken };
}

describe("a sign-in link", () => {
  it("signs in once, with a cookie that scripts and other sites do not get", async () => {
    const token = newToken();
    expect(token).toMatch(/^[\w-]{43}$/);
    const looked = await send(`/sign-in?token=${token}`);
    expect(looked.status).toBe(200);
    // A mail scanner or a browser that loads ahead looks, and does not use it up.
    expect(looked.headers.get("set-cookie")).toBe(null);
    const first = await send("/sign-in", { form: { token, name: "Operator One" } });
    expect(first.status).toBe(303);
    expect(first.headers.get("set-cookie")).toMatch(
      /^oauth-dcr-console-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=28800$/,
    );
    const second = await send("/sign-in", { form: { token, name: "Operator Two" } });
    expect([second.status, second.headers.get("set-cookie")]).toEqual([403, null]);
    expect((await send(`/sign-in?token=${token}`)).status).toBe(403);
  });

  it("ends after ten minutes, and the oldest ends when there are six", async () => {
    const token = newToken();
    now += 599_000;
    expect((await send(`/sign-in?token=${token}`)).status).toBe(200);
    now += 2_000;
    expect((await send(`/sign-in?token=${token}`)).status).toBe(403);
    const tokens = Array.from({ length: 6 }, () => newToken());
    const statuses = await Promise.all(
      tokens.map(async (one) => (await send(`/sign-in?token=${one}`)).status),
    );
    expect(statuses).toEqual([403, 200, 200, 200, 200, 200]);
  });

  it.each(["", "x", "__proto__", "A".repeat(5000)])("%j signs nobody in", async (token) => {
    const answer = await send("/sign-in", { form: { token, name: "Operator" } });
    expect([answer.status, answer.headers.get("set-cookie")]).toEqual([403, null]);
  });

  it.each(["", "  ", "a\u202eb", "x".repeat(201), "a\nb"])(
    "takes no name such as %j, and stays good",
    async (name) => {
      const token = newToken();
      expect((await send("/sign-in", { form: { token, name } })).status).toBe(400);
      expect((await send("/sign-in", { form: { token, name: "Operator" } })).status).toBe(303);
    },
  );
});

describe("a session", () => {
  it("is needed for every page and every verb", async () => {
    for (const path of [
      "/",
      "/clients",
      "/client?id=x",
      "/approvals",
      "/tokens",
      "/audit",
      "/playground",
      "/purge",
    ]) {
      expect([path, (await send(path)).status]).toEqual([path, 403]);
    }
    for (const path of [
      "/client/status",
      "/client/delete",
      "/purge",
      "/tokens/issue",
      "/audit/verify",
      "/sign-out",
    ]) {
      expect([path, (await send(path, { form: { id: "x" } })).status]).toEqual([path, 403]);
    }
  });

  it("ends after an hour without a request, and after eight hours with many", async () => {
    const { cookie } = await session();
    for (let hour = 1; hour <= 8; hour += 1) {
      now += 3600_000 - 1000;
      expect([hour, (await send("/", { headers: { cookie } })).status]).toEqual([hour, 200]);
    }
    now += 8000;
    expect((await send("/", { headers: { cookie } })).status).toBe(403);

    const idle = await session();
    now += 3600_000;
    expect((await send("/", { headers: { cookie: idle.cookie } })).status).toBe(403);
  });

  it("is told of when it begins and when its operator signs out", async () => {
    told.length = 0;
    const { cookie, formToken } = await session();
    expect(told).toEqual(["Operator One signed_in"]);
    await send("/sign-out", { form: { form_token: formToken } });
    expect(told).toHaveLength(1);
    await send("/sign-out", { headers: { cookie }, form: { form_token: formToken } });
    expect(told).toEqual(["Operator One signed_in", "Operator One signed_out"]);
  });

  it("ends by signing out, and when thirty-two are newer", async () => {
    const other = await session();
    const out = await send("/sign-out", {
      headers: { cookie: other.cookie },
      form: { form_token: other.formToken },
    });
    expect(out.headers.get("set-cookie")).toMatch(/=; HttpOnly; SameSite=Strict; Path=\/; Max-Age=0$/);
    expect((await send("/", { headers: { cookie: other.cookie } })).status).toBe(403);

    const oldest = await session();
    for (let n = 0; n < 32; n += 1) await session();
    expect((await send("/", { headers: { cookie: oldest.cookie } })).status).toBe(403);
  });
});

describe("a form", () => {
  it("is refused without its token, and with that of another session", async () => {
    const [one, other] = [await session(), await session()];
    const id = await server.register({ redirect_uris: ["https://app.example/cb"] });
    for (const formToken of [undefined, "", "x", other.formToken]) {
      const form = { id, verb: "disable", ...(formToken !== undefined && { form_token: formToken }) };
      const answer = await send("/client/status", { headers: { cookie: one.cookie }, form });
      expect(answer.status).toBe(403);
    }
    expect((await server.registration.findClient(id)).ok).toBe(true);
    const form = { id, verb: "disable", form_token: one.formToken };
    expect((await send("/client/status", { headers: { cookie: one.cookie }, form })).status).toBe(303);
    expect((await server.registration.findClient(id)).ok).toBe(false);
  });

  it("is refused from another origin, and where the browser says none", async () => {
    const { cookie, formToken } = await session();
    const form = { form_token: formToken, label: "no" };
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: server.origin.replace("127.0.0.1", "localhost") },
      { origin: "" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ]) {
      const answer = await send("/tokens/issue", { headers: { cookie, ...headers }, form });
      expect([headers, answer.status]).toEqual([headers, 403]);
    }
    expect(await server.registration.initialAccessTokens.list()).toEqual([]);
  });

  it("is bounded, and no other content type is read", async () => {
    const { cookie, formToken } = await session();
    const large = await send("/playground", {
      headers: { cookie },
      form: { form_token: formToken, body: "x".repeat(300_000) },
    });
    expect(large.status).toBe(413);
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`f${n}`, "1"]));
    expect(
      (await send("/playground", { headers: { cookie }, form: { form_token: formToken, ...many } })).status,
    ).toBe(413);
    const headers = { cookie, "content-type": "text/plain" };
    expect((await send("/playground", { headers, form: { form_token: formToken } })).status).toBe(413);
  });
});

it("answers no other host, with or without a session", async () => {
  const { cookie } = await session();
  for (const host of [
    "evil.example",
    `evil.example:${new URL(server.origin).port}`,
    "127.0.0.1",
    "localhost:80",
  ]) {
    const answer = await send("/", { headers: { cookie, host } });
    expect([host, answer.status]).toEqual([host, 421]);
    expect(await answer.text()).not.toContain("form_token");
  }
});

it("has the same strict headers on every answer", async () => {
  const { cookie } = await session();
  for (const path of ["/", "/sign-in", "/assets/console.css", "/nowhere", "/assets/__proto__"]) {
    const { headers } = await send(path, { headers: { cookie } });
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-security-policy":
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
  }
});

describe("behind a proxy", () => {
  const secret = "s".repeat(32);
  const proxy = { userHeader: "x-forwarded-user", secret };

  it("believes the header of a proxy that shows the secret, and no other", async () => {
    const behind = await startConsole({ proxy });
    try {
      expect(behind.operators.signInLink()).toBe(undefined);
      const good = { "x-forwarded-user": "alice@example.com", "x-console-proxy-secret": secret };
      const page = await send("/", { headers: good }, behind);
      expect(page.status).toBe(200);
      const text = await page.text();
      expect(text).toContain("alice@example.com");
      expect(text).not.toContain("Sign out");
      for (const headers of [
        { "x-forwarded-user": "alice" },
        { ...good, "x-console-proxy-secret": "t".repeat(32) },
        { "x-console-proxy-secret": secret },
        { ...good, "x-forwarded-user": "x".repeat(201) },
        { ...good, "x-forwarded-user": "mallory, alice@example.com" },
        { ...good, "x-console-proxy-secret": `${secret}, ${secret}` },
      ]) {
        expect((await send("/", { headers }, behind)).status).toBe(403);
      }
      const form_token =
        /name="form_token" value="([^"]+)"/.exec(
          await (await send("/tokens/issue", { headers: good }, behind)).text(),
        )?.[1] ?? "";
      const form = { form_token, label: "one", uses: "1", days: "1" };
      const other = { ...good, "x-forwarded-user": "mallory" };
      expect((await send("/tokens/issue", { headers: other, form }, behind)).status).toBe(403);
      expect((await send("/tokens/issue", { headers: good, form }, behind)).status).toBe(200);
      expect((await behind.events())[0]).toMatchObject({ operator: "alice@example.com" });
    } finally {
      await behind.close();
    }
  });

  it.each([
    ["a short secret", { proxy: { ...proxy, secret: "short" } }],
    ["no header", { proxy: { ...proxy, userHeader: "" } }],
    ["a misspelt option", { proxy: { ...proxy, userHaeder: "x" } }],
    ["an origin on http that is no loopback", { origin: "http://console.example" }],
    ["an origin with a path", { origin: "http://127.0.0.1:1/x" }],
    ["a misspelt option", { auditlog: 1 }],
  ])("refuses %s", (_, wrong) => {
    const { registration, clients, origin } = server;
    expect(() => createConsole({ origin, registration, clients, ...(wrong as object) })).toThrow(MisuseError);
  });
});
