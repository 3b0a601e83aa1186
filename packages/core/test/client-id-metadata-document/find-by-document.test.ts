import { describe, expect, test } from "vitest";
import { requireConsent } from "../../src/policy/require-consent.js";
import { allowRedirectHosts } from "../../src/policy/allow-redirect-hosts.js";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { INTERNAL_URLS, jsonDocument, redirectTo } from "../support/recording-connection.js";
import corpus from "../../../../tests/corpus/client-registrations.json" with { type: "json" };
import { memoryStore } from "../../src/store/memory-store.js";
import { managedRegistration } from "../support/managed-registration.js";
import { documentRegistration, DOCUMENT, URL_OF_CLIENT } from "../support/document-registration.js";

const without = (member: keyof typeof DOCUMENT) => {
  const { [member]: _, ...rest } = DOCUMENT;
  return rest;
};
const refusedBy = (...rules: string[]) => ({
  ok: false,
  error: {
    kind: "refused_document",
    findings: rules.map((rule) => expect.objectContaining({ rule }) as unknown),
  },
});

describe("a URL as client_id", () => {
  test("is a client with the metadata of its document, its source and its requirements", async () => {
    const { find, registration, asked, events } = documentRegistration();
    const found = await find();
    expect(found).toMatchObject({
      ok: true,
      value: {
        clientId: URL_OF_CLIENT,
        status: "pending",
        origin: { source: "metadata_document", policies: [] },
        requirements: { pkce: true },
        metadata: { client_name: "An app", grant_types: ["authorization_code"], response_types: ["code"] },
      },
    });
    if (!found.ok) return;
    expect(found.value.metadata).not.toHaveProperty("client_id");
    expect(registration.allowsRedirectUri(found.value, "https://app.example/callback")).toBe(true);
    expect(registration.allowsRedirectUri(found.value, "https://app.example/other")).toBe(false);
    expect(asked).toEqual([URL_OF_CLIENT]);
    expect(events).toMatchObject([
      {
        type: "client_document_accepted",
        clientId: URL_OF_CLIENT,
        source: "metadata_document",
        redirectUris: ["https://app.example/callback"],
      },
    ]);
  });

  test("is an unknown client where documents are off, and nobody is asked", async () => {
    const { registration } = documentRegistration(undefined, undefined, {
      clientIdMetadataDocuments: undefined as never,
    });
    expect(await registration.findClient(URL_OF_CLIENT)).toEqual({
      ok: false,
      error: { kind: "unknown_client" },
    });
    expect(registration.authorizationServerMetadata).not.toHaveProperty(
      "client_id_metadata_document_supported",
    );
  });

  test.each([undefined, null, 5, [URL_OF_CLIENT], { startsWith: true }])(
    "that is no text but %j is an unknown client, with documents and without",
    async (clientId) => {
      // As the driver of a database does, which can bind no such value.
      const store = { ...memoryStore(), findClient: () => Promise.reject(new Error("no text")) };
      for (const { registration } of [documentRegistration(), managedRegistration({ store })]) {
        const found = await registration.findClient(clientId as never);
        expect(found).toEqual({ ok: false, error: { kind: "unknown_client" } });
      }
    },
  );

  test("CIMD-6: is announced in the server's metadata", () => {
    expect(documentRegistration().registration.authorizationServerMetadata).toMatchObject({
      client_id_metadata_document_supported: true,
    });
  });

  test("CIMD-11: never is what a registration makes", async () => {
    const { client_id } = await documentRegistration().register();
    expect(client_id).not.toMatch(/^https:/);
  });

  test("leaves a record with its first use, and not before", async () => {
    const { find, registration } = documentRegistration();
    const found = await find();
    if (!found.ok) throw new Error(found.error.kind);
    expect(await registration.countClients()).toMatchObject({ pending: 0, active: 0 });
    expect(await registration.recordClientUse(found.value)).toBe("recorded");
    expect(await registration.countClients()).toMatchObject({ pending: 0, active: 1 });
  });
});

describe("CIMD-1: the URL", () => {
  test.each([
    "https://app.example",
    "https://app.example/",
    "https://app.example/a/../client.json",
    "https://app.example/./client.json",
    "https://app.example/%2e%2e/client.json",
    "https://app.example/client.json#part",
    "https://app.example/client.json#",
    "https://user@app.example/client.json",
    "https://user:password@app.example/client.json",
    "https://app.example/client.json?v=1",
    "https://app.example/client json",
    "https://app.example/client.json\n",
    `https://app.example/${"a".repeat(2048)}`,
  ])("%j leads nowhere, and nobody is asked", async (url) => {
    const { find, asked, events } = documentRegistration((asked) =>
      jsonDocument({ ...DOCUMENT, client_id: asked }),
    );
    expect(await find(url)).toMatchObject({ ok: false, error: { kind: "refused_document" } });
    expect(asked).toEqual([]);
    expect(events).toEqual([]);
  });

  test("may have a port, and a query where that is allowed", async () => {
    const answer = (url: string) => jsonDocument({ ...DOCUMENT, client_id: url });
    expect(await documentRegistration(answer).find("https://app.example:8443/c")).toMatchObject({ ok: true });
    const { find } = documentRegistration(answer, { allowQuery: true });
    expect(await find("https://app.example/c?v=1")).toMatchObject({ ok: true });
  });

  test("may be a front page where an option says so, and never without its slash", async () => {
    const at = (url: string) =>
      documentRegistration(() => jsonDocument({ ...DOCUMENT, client_id: url }), { allowRootPath: true }).find(
        url,
      );
    expect(await at("https://app.example/")).toMatchObject({ ok: true });
    expect(await at("https://app.example")).toMatchObject(refusedBy("document.url"));
  });

  test("is compared letter by letter", async () => {
    const { find } = documentRegistration();
    expect(await find("https://APP.example/oauth/client.json")).toMatchObject(
      refusedBy("document.client_id"),
    );
    expect(await find("https://app.example/oauth/client%2ejson")).toMatchObject({ ok: false });
  });

  test.each(INTERNAL_URLS.filter((url) => url.startsWith("https://")))(
    "CIMD-7: %s causes no request",
    async (url) => {
      const { find, asked } = documentRegistration((asked) =>
        jsonDocument({ ...DOCUMENT, client_id: asked }),
      );
      const path = url.endsWith("/") ? `${url}client.json` : url;
      expect(await find(path)).toMatchObject({ ok: false, error: { kind: "refused_document" } });
      expect(asked).toEqual([]);
    },
  );
});

describe("CIMD-2: the answer", () => {
  const headers = { "content-type": "application/json" };
  test.each([
    ["a redirect", () => redirectTo("https://app.example/other", DOCUMENT), "redirected"],
    ["a 404", () => new Response(JSON.stringify(DOCUMENT), { status: 404, headers }), "status"],
    ["a 201", () => new Response(JSON.stringify(DOCUMENT), { status: 201, headers }), "status"],
    ["a page", () => new Response("<html>", { headers: { "content-type": "text/html" } }), "media_type"],
    ["too much", () => jsonDocument({ ...DOCUMENT, client_name: "x".repeat(70_000) }), "too_large"],
  ])("that is %s is no document", async (_, answer, problem) => {
    const { find, events } = documentRegistration(answer);
    expect(await find()).toMatchObject(refusedBy("document.fetch"));
    expect(events).toMatchObject([{ type: "client_document_refused", problem }]);
  });

  test.each(["application/json", "application/json; charset=utf-8", "application/client-metadata+json"])(
    "may be %s",
    async (type) => {
      const answer = () => new Response(JSON.stringify(DOCUMENT), { headers: { "content-type": type } });
      expect(await documentRegistration(answer).find()).toMatchObject({ ok: true });
    },
  );

  test.each(["[]", "{", '"x"', "null", ""])("of %j is no JSON object", async (text) => {
    const { find } = documentRegistration(() => new Response(text, { headers }));
    expect(await find()).toMatchObject(refusedBy("document.json"));
  });
});

describe("a document", () => {
  const found = (document: object, options = {}) =>
    documentRegistration(() => jsonDocument(document), {}, options).find();

  test("without client_name is refused under the mcp preset, which may be told otherwise", async () => {
    const nameless = [
      without("client_name"),
      { ...DOCUMENT, client_name: "" },
      { ...DOCUMENT, client_name: null },
    ];
    for (const document of nameless) {
      expect(await found(document)).toMatchObject(refusedBy("document.client_name"));
      expect(await found(document, { documentsNeedName: false })).toMatchObject({ ok: true });
    }
  });

  test.each([
    "client_uri",
    "logo_uri",
    "tos_uri",
    "policy_uri",
    "organization_uri",
    "information_uri",
    "logo_uri#de",
  ])("that shows an address of a private network in %s is refused", async (member) => {
    for (const url of INTERNAL_URLS.filter((url) => !url.includes("//app.example"))) {
      expect([url, (await found({ ...DOCUMENT, [member]: url })).ok]).toEqual([url, false]);
    }
    for (const url of ["https://printer/", "https://wiki.internal/", "https://nas.local/"]) {
      expect(await found({ ...DOCUMENT, [member]: url })).toMatchObject(refusedBy("document.local_address"));
    }
    expect(await found({ ...DOCUMENT, [member]: "https://cdn.example/logo.png" })).toMatchObject({
      ok: true,
    });
  });
});

test("CIMD-8: the size of a document is bounded by its guardedFetch", async () => {
  const large = { ...DOCUMENT, client_name: "x".repeat(900) };
  const bounded = { fetching: { maxBytes: 500 } };
  expect(await documentRegistration(() => jsonDocument(large)).find()).toMatchObject({ ok: true });
  expect(await documentRegistration(() => jsonDocument(large), {}, bounded).find()).toMatchObject(
    refusedBy("document.fetch"),
  );
});

describe("CIMD-3: the document", () => {
  test.each([
    [without("client_id"), ["document.client_id"]],
    [{ ...DOCUMENT, client_id: "https://other.example/client.json" }, ["document.client_id"]],
    [{ ...DOCUMENT, client_id: [URL_OF_CLIENT] }, ["document.client_id"]],
    [{ ...DOCUMENT, client_secret: "s" }, ["document.secret"]],
    [{ ...DOCUMENT, client_secret_expires_at: 0 }, ["document.secret"]],
    [{ ...DOCUMENT, token_endpoint_auth_method: "client_secret_basic" }, ["document.shared_secret"]],
    [{ ...DOCUMENT, token_endpoint_auth_method: "client_secret_post" }, ["document.shared_secret"]],
    [{ ...DOCUMENT, token_endpoint_auth_method: "client_secret_jwt" }, ["document.shared_secret"]],
    [{ ...DOCUMENT, token_endpoint_auth_method: { toString: null } }, ["metadata.type"]],
    [{ ...DOCUMENT, token_endpoint_auth_method: ["client_secret_basic"] }, ["metadata.type"]],
    [without("redirect_uris"), ["metadata.required"]],
    [{ ...DOCUMENT, redirect_uris: ["http://app.example/callback"] }, ["redirect_uri.http"]],
    [{ ...DOCUMENT, jwks: { keys: [{ kty: "oct", k: "c2VjcmV0" }] } }, ["jwks.private_key"]],
  ])("%j is refused", async (document, rules) => {
    const { find, events } = documentRegistration(() => jsonDocument(document));
    expect(await find()).toMatchObject(refusedBy(...rules));
    expect(events).toMatchObject([{ type: "client_document_refused" }]);
    expect(JSON.stringify(events)).not.toContain("c2VjcmV0");
  });

  test("is not given a shared secret by a list either", async () => {
    const { token_endpoint_auth_method: _, ...rest } = DOCUMENT;
    const { find } = documentRegistration(() =>
      jsonDocument({ ...rest, token_endpoint_auth_methods_supported: ["client_secret_basic"] }),
    );
    expect(await find()).toMatchObject(refusedBy("document.shared_secret"));
  });

  test("CIMD-12: without a method means none by -03, and by -00 what no document can have", async () => {
    const answer = () => jsonDocument(without("token_endpoint_auth_method"));
    expect(await documentRegistration(answer).find()).toMatchObject({
      value: { metadata: { token_endpoint_auth_method: "none" } },
    });
    expect(await documentRegistration(answer, { draft: "00" }).find()).toMatchObject(
      refusedBy("document.shared_secret"),
    );
  });

  test("goes through the policies of its kind", async () => {
    const policies = {
      metadataDocument: [requireConsent(), allowRedirectHosts(["app.example"])],
      open: [holdForApproval()],
    };
    const { find } = documentRegistration(undefined, undefined, { policies });
    expect(await find()).toMatchObject({ value: { requirements: { consent: true, pkce: true } } });
    const elsewhere = { ...DOCUMENT, redirect_uris: ["https://elsewhere.example/"] };
    const other = documentRegistration(() => jsonDocument(elsewhere), undefined, { policies });
    expect(await other.find()).toMatchObject({ ok: false, error: { kind: "refused_document" } });
  });

  test("that a policy holds awaits approval, and may do nothing", async () => {
    const { find, events } = documentRegistration(undefined, undefined, {
      policies: { every: [holdForApproval()] },
    });
    expect(await find()).toEqual({ ok: false, error: { kind: "awaiting_approval" } });
    expect(events).toMatchObject([
      { type: "client_document_accepted", status: "awaiting_approval" },
      { type: "client_held", actor: "system" },
    ]);
  });

  test("that a policy fails over is a defect, and no word on the client", async () => {
    const judge = () => {
      throw new Error("hunter2");
    };
    const { find } = documentRegistration(undefined, undefined, {
      policies: { every: [{ name: "broken", judge }] },
    });
    expect(await find()).toMatchObject({ ok: false, error: { kind: "unavailable" } });
  });
});

test.each(corpus.documents)("CIMD-5, CIMD-12: $client resolves", async ({ url, document }) => {
  const { find, registration } = documentRegistration(() => jsonDocument(document));
  const found = await find(url);
  if (!found.ok) throw new Error(JSON.stringify(found.error));
  for (const uri of document.redirect_uris)
    expect(registration.allowsRedirectUri(found.value, uri)).toBe(true);
  for (const uri of ["http://localhost:49152/callback", "http://127.0.0.1:3118/callback"]) {
    expect(registration.allowsRedirectUri(found.value, uri)).toBe(url.includes("claude-code"));
  }
});

test("a public client authenticates by its document, and an unknown one is told apart from one nobody reaches", async () => {
  let isAway = false;
  const { registration } = documentRegistration(() => {
    if (isAway) throw new Error("away");
    return jsonDocument(DOCUMENT);
  });
  const authenticate = (client_id: string) =>
    registration.authenticateClient({ parameters: new URLSearchParams({ client_id }) });
  expect(await authenticate(URL_OF_CLIENT)).toMatchObject({ ok: true, value: { clientId: URL_OF_CLIENT } });
  expect(await authenticate("https://app.example/other.json")).toMatchObject({
    ok: false,
    error: { kind: "invalid_client", reason: "refused_document" },
  });
  isAway = true;
  expect(await authenticate("https://app.example/third.json")).toMatchObject({
    ok: false,
    error: { kind: "unavailable" },
  });
});
