import { describe, expect, test } from "vitest";
import { clientAuthenticationResponse, unknownClientPage } from "../../src/http/client-answers.js";
import { managedRegistration, PUBLIC } from "../support/managed-registration.js";

describe("clientAuthenticationResponse", () => {
  const refusal = { kind: "invalid_client", reason: "wrong_secret", clientId: "canary" } as const;

  test("is 401 invalid_client, and does not say why", async () => {
    const response = clientAuthenticationResponse(refusal, { authorization: "Basic eDp5" });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Basic /);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ error: "invalid_client" });
    expect(text).not.toMatch(/canary|wrong/);
  });

  test.each([undefined, null, ""])("challenges nobody who sent no header (%j)", (authorization) => {
    const response = clientAuthenticationResponse(refusal, { authorization });
    expect(response.status).toBe(401);
    expect(response.headers.has("www-authenticate")).toBe(false);
  });

  test("is 503 where nobody can say, so that clients keep what they have", async () => {
    const response = clientAuthenticationResponse({ kind: "unavailable", cause: new Error("hunter2") }, {});
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(await response.text()).not.toMatch(/hunter2|invalid_client/);
  });
});

describe("unknownClientPage", () => {
  test.each([
    ["unknown_client", 400],
    ["expired_client", 400],
    ["awaiting_approval", 400],
    ["disabled", 400],
    ["redirect_uri", 400],
    ["unavailable", 503],
  ] as const)("for %s is a page that sends nobody anywhere, with status %i", async (kind, status) => {
    const response = unknownClientPage({ kind, cause: new Error("hunter2"), findings: [] } as never);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.has("location")).toBe(false);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(response.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(response.headers.get("x-frame-options")).toBe("DENY");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const page = await response.text();
    expect(page).not.toMatch(/hunter2|<script|<form|<a |<img|refresh|https?:/i);
  });

  test("tells an unknown client, an expired one and a refused document apart to nobody outside", async () => {
    const pages = (["unknown_client", "expired_client", "refused_document"] as const).map((kind) =>
      unknownClientPage({ kind, findings: [] }).text(),
    );
    expect(new Set(await Promise.all(pages)).size).toBe(1);
  });

  test("follows from what findClient answers", async () => {
    const { registration, register } = managedRegistration();
    const { client_id } = await register(PUBLIC);
    await registration.disableClient(client_id);
    const found = await registration.findClient(client_id);
    if (found.ok) throw new Error("it is disabled");
    expect(unknownClientPage(found.error).status).toBe(400);
  });
});
