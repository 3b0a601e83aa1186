import { describe, expect, test } from "vitest";
import { MisuseError } from "../../src/lib/misuse.js";
import type { JsonObject } from "../../src/lib/json.js";
import { managedRegistration, PUBLIC } from "../support/managed-registration.js";
import { DOCUMENT, documentRegistration } from "../support/document-registration.js";
import { jsonDocument } from "../support/recording-connection.js";

const NAMES = { Claude: ["claude.ai", "*.claude.ai"], "Example Bank": [] };

async function viewOf(body: object, redirectUri: string, wellKnownNames = NAMES) {
  const { registration, register } = managedRegistration({ wellKnownNames });
  const { client_id } = await register({ ...PUBLIC, ...body });
  const found = await registration.findClient(client_id);
  if (!found.ok) throw new Error(found.error.kind);
  return registration.consentView(found.value, redirectUri);
}

describe("where the answer goes", () => {
  test.each([
    ["https://app.example/callback", "https", "app.example", []],
    ["http://127.0.0.1/cb", "loopback", "127.0.0.1", ["loopback"]],
    ["http://localhost:3118/cb", "loopback", "localhost", ["loopback"]],
    ["http://[::1]/cb", "loopback", "[::1]", ["loopback"]],
    ["https://localhost:3118/cb", "https", "localhost", ["loopback"]],
    ["https://127.0.0.1/cb", "https", "127.0.0.1", ["loopback"]],
    ["com.example.app:/cb", "private_use", "com.example.app:", ["private_use_scheme"]],
    ["https://localhost.example.com/cb", "https", "localhost.example.com", ["look_alike_host"]],
    ["cursor://anysphere.cursor-mcp/oauth/callback", "private_use", "cursor:", ["private_use_scheme"]],
  ])("%s is %s to %s", async (uri, kind, destination, warnings) => {
    const view = await viewOf({ redirect_uris: [uri] }, uri);
    expect(view).toMatchObject({ redirect: { kind, destination }, warnings });
    expect(view).not.toHaveProperty("clientIdHost");
  });

  test("never reads as a host where it is a scheme, which anybody may claim", async () => {
    const uri = "claude.ai:/cb";
    const view = await viewOf({ client_name: "Claude", redirect_uris: [uri] }, uri);
    expect(view?.redirect).toEqual({ kind: "private_use", destination: "claude.ai:" });
    expect(view?.warnings).toEqual(["private_use_scheme", "look_alike_name"]);
  });

  test("is any port of the loopback that was registered", async () => {
    const view = await viewOf({ redirect_uris: ["http://127.0.0.1/cb"] }, "http://127.0.0.1:49152/cb");
    expect(view).toMatchObject({ warnings: ["loopback"] });
  });

  test("is never what was not registered", async () => {
    expect(await viewOf({}, "https://attacker.example/")).toBeUndefined();
    expect(await viewOf({}, "https://app.example/callback#x")).toBeUndefined();
    expect(await viewOf({}, "javascript:alert(1)")).toBeUndefined();
  });
});

describe("names", () => {
  const nameWarning = async (body: JsonObject, uri = "https://app.example/callback") =>
    (await viewOf({ redirect_uris: [uri], ...body }, uri))?.warnings;

  test.each(["Claude", "claude", "C\u217cаude", "Cl4ude", "Claude Login", "Example  Bank"])(
    "%s is warned of when nothing shows that it is the owner's",
    async (client_name) => {
      expect(await nameWarning({ client_name })).toEqual(["look_alike_name"]);
      expect(await nameWarning({ client_name: "Other", "client_name#ja": client_name })).toEqual([
        "look_alike_name",
      ]);
    },
  );

  test.each(["Other", "Cloudy", "Examples of Banking"])("%s is not", async (client_name) => {
    expect(await nameWarning({ client_name })).toEqual([]);
  });

  test("are the owner's where the answer goes to the owner", async () => {
    expect(await nameWarning({ client_name: "Claude" }, "https://claude.ai/api/mcp/auth_callback")).toEqual(
      [],
    );
    expect(await nameWarning({ client_name: "Claude" }, "https://www.claude.ai/cb")).toEqual([]);
    expect(await nameWarning({ client_name: "Claude" }, "https://claude.ai.attacker.example/cb")).toEqual([
      "look_alike_name",
    ]);
    expect(await nameWarning({ client_name: "Example Bank" }, "https://claude.ai/cb")).toEqual([
      "look_alike_name",
    ]);
  });

  test.each([
    { Claude: "claude.ai" },
    { Claude: ["*"] },
    { "": [] },
    { "!": [] },
    { Claude: ["https://claude.ai"] },
  ])("%j names nobody", (wellKnownNames) => {
    expect(() => managedRegistration({ wellKnownNames: wellKnownNames as never })).toThrow(MisuseError);
  });
});

describe("a client that is known by its document", () => {
  const view = async (document: object, uri: string, url = DOCUMENT.client_id) => {
    const { registration, find } = documentRegistration(
      () => jsonDocument({ ...DOCUMENT, client_id: url, ...document }),
      {},
      {
        wellKnownNames: NAMES,
      },
    );
    const found = await find(url);
    if (!found.ok) throw new Error(found.error.kind);
    return registration.consentView(found.value, uri);
  };

  test("CIMD-9: is shown with the host of its URL", async () => {
    expect(await view({}, "https://app.example/callback")).toMatchObject({
      clientIdHost: "app.example",
      warnings: [],
    });
  });

  test("is no client whose identifier merely is a URL: nothing was fetched from there", async () => {
    const { registration, register, store } = managedRegistration({ wellKnownNames: NAMES });
    const { client_id } = await register({ ...PUBLIC, client_name: "Claude" });
    const stored = await store.findClient(client_id);
    if (!stored) throw new Error("lost");
    for (const clientId of ["https://claude.ai/oauth/client", "https://"]) {
      const view = registration.consentView({ ...stored, clientId }, "https://app.example/callback");
      expect(view).toMatchObject({ warnings: ["look_alike_name"] });
      expect(view).not.toHaveProperty("clientIdHost");
    }
  });

  test("is warned of when the answer goes to another host", async () => {
    const uri = "https://elsewhere.example/callback";
    expect(await view({ redirect_uris: [uri] }, uri)).toMatchObject({ warnings: ["other_host"] });
  });

  test("is not warned of for the port of its host", async () => {
    const url = "https://claude.ai:8443/client.json";
    const claude = { client_name: "Claude", redirect_uris: ["https://claude.ai/cb", "http://localhost/cb"] };
    expect(await view(claude, "https://claude.ai/cb", url)).toMatchObject({
      clientIdHost: "claude.ai:8443",
      warnings: [],
    });
    expect(await view(claude, "http://localhost/cb", url)).toMatchObject({ warnings: ["loopback"] });
  });

  test("bears the name of whoever owns its host", async () => {
    const claude = { client_name: "Claude Code", redirect_uris: ["http://localhost/callback"] };
    const uri = "http://localhost:3118/callback";
    expect(await view(claude, uri, "https://claude.ai/oauth/claude-code-client-metadata")).toMatchObject({
      warnings: ["loopback"],
    });
    expect(await view(claude, uri)).toMatchObject({ warnings: ["loopback", "look_alike_name"] });
  });
});

describe("members", () => {
  const shown = {
    client_name: "An app",
    "client_name#de": "Eine App",
    client_uri: "https://app.example/",
    logo_uri: "https://app.example/logo.png",
    tos_uri: "https://app.example/tos",
    policy_uri: "https://app.example/privacy",
    contacts: ["a@app.example"],
  };

  test("are the client's own word without a software statement", async () => {
    const view = await viewOf({ ...shown, software_id: "x" }, "https://app.example/callback");
    expect(view?.members).toHaveLength(7);
    for (const [member, value] of Object.entries(shown)) {
      expect(view?.members).toContainEqual({ member, value, isVerified: false });
    }
  });

  test("are verified where a trusted statement says the same", async () => {
    const { registration, client } = await vouchedFor({
      client_name: "Claude",
      client_uri: "https://app.example/",
      redirect_uris: ["https://app.example/callback"],
    });
    const view = registration.consentView(client, "https://app.example/callback");
    expect(view?.members).toContainEqual({ member: "client_name", value: "Claude", isVerified: true });
    expect(view?.members).toContainEqual({
      member: "client_uri",
      value: "https://app.example/",
      isVerified: true,
    });
    expect(view?.members).toContainEqual({ member: "tos_uri", value: shown.tos_uri, isVerified: false });
    expect(view?.warnings).toEqual([]);
    // Nobody vouches for it any more.
    const { softwareStatementIssuer: _, ...origin } = client.origin;
    const unvouched = registration.consentView({ ...client, origin }, "https://app.example/callback");
    expect(unvouched?.members.some(({ isVerified }) => isVerified)).toBe(false);
    expect(unvouched?.warnings).toEqual(["look_alike_name"]);
  });

  test("are not verified by a statement that says nothing of the redirect URI: anybody can send it", async () => {
    const { registration, client } = await vouchedFor({ client_name: "Claude" });
    const view = registration.consentView(client, "https://app.example/callback");
    expect(view?.members).toContainEqual({ member: "client_name", value: "Claude", isVerified: false });
    expect(view?.warnings).toEqual(["look_alike_name"]);
  });

  test("are verified where the statement lists the redirect URI in the claim that its verifier reads", async () => {
    const stated = { client_name: "Claude", software_redirect_uris: ["https://app.example/callback"] };
    for (const [redirectUrisClaim, isVerified] of [
      ["software_redirect_uris", true],
      ["other_redirect_uris", false],
      [undefined, false],
    ] as const) {
      const { registration, client } = await vouchedFor(stated, redirectUrisClaim);
      const view = registration.consentView(client, "https://app.example/callback");
      expect(view?.members).toContainEqual({ member: "client_name", value: "Claude", isVerified });
    }
  });

  async function vouchedFor(stated: JsonObject, redirectUrisClaim?: string) {
    const issuer = "https://vendor.example";
    const statement = `e30.${Buffer.from(JSON.stringify({ iss: issuer, ...stated })).toString("base64url")}.c2ln`;
    const { registration, register } = managedRegistration({
      wellKnownNames: NAMES,
      softwareStatements: {
        ...(redirectUrisClaim !== undefined && { redirectUrisClaim }),
        verify: () => Promise.resolve({ ok: true, value: { statement, issuer, claims: stated } }),
      },
    });
    const { client_id } = await register({ ...PUBLIC, ...shown, software_statement: statement });
    const found = await registration.findClient(client_id);
    if (!found.ok) throw new Error(found.error.kind);
    return { registration, client: found.value };
  }
});

describe("a client with many names", () => {
  const uri = "https://app.example/callback";
  const named = (count: number, name: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`client_name#en-x-${i}`, name]));

  test("is judged by all of them together", async () => {
    const view = await viewOf(
      { redirect_uris: [uri], ...named(50, "Weather"), "client_name#fr": "Claude" },
      uri,
    );
    expect(view?.warnings).toEqual(["look_alike_name"]);
    const harmless = await viewOf({ redirect_uris: [uri], ...named(50, "Weather") }, uri);
    expect(harmless?.warnings).toEqual([]);
  });

  test("of more letters than are compared gets the warning", async () => {
    const view = await viewOf({ redirect_uris: [uri], ...named(3, "weather ".repeat(100)) }, uri);
    expect(view?.warnings).toEqual(["look_alike_name"]);
  });
});
