import { describe, expect, test } from "vitest";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { attackedRegistration, PRESET_NAMES } from "../support/attacked-registration.js";

const REGISTERED = "https://app.example/callback?tenant=7";
const OTHERS = [
  "",
  "https://app.example/callback",
  "https://app.example/callback?tenant=8",
  "https://app.example/callback?tenant=7&x=1",
  "https://app.example/callback?tenant=7&tenant=8",
  "https://app.example/callback?tenant=7#x",
  "https://app.example/callback?tenant=7 ",
  " https://app.example/callback?tenant=7",
  "https://app.example/callback/?tenant=7",
  "https://app.example/callback/../callback?tenant=7",
  "https://app.example//callback?tenant=7",
  "https://app.example/Callback?tenant=7",
  "https://app.example/c%61llback?tenant=7",
  "https://APP.example/callback?tenant=7",
  "HTTPS://app.example/callback?tenant=7",
  "https://app.example:443/callback?tenant=7",
  "https://app.example:8443/callback?tenant=7",
  "https://app.example./callback?tenant=7",
  "https://app.example@evil.example/callback?tenant=7",
  "https://user@app.example/callback?tenant=7",
  "https://app.example.evil.example/callback?tenant=7",
  "https://evil.example/callback?tenant=7",
  "https://evil.example/?u=https://app.example/callback?tenant=7",
  "https://sub.app.example/callback?tenant=7",
  "http://app.example/callback?tenant=7",
  "javascript:alert(1)",
  "//evil.example/",
  "/callback?tenant=7",
  "null",
  "*",
];

describe.each(PRESET_NAMES)(
  "CVE-2025-4143 (Cloudflare workers-oauth-provider), CVE-2026-54072 (Authorizer) with %s",
  (preset) => {
    test("the authorization endpoint may redirect to what was registered, character by character", async () => {
      const registration = attackedRegistration(preset);
      const { client_id } = await registration.innocent({ redirect_uris: [REGISTERED] });
      const record = await registration.record(client_id);
      expect(registration.registration.allowsRedirectUri(record, REGISTERED)).toBe(true);
      for (const uri of OTHERS)
        expect(registration.registration.allowsRedirectUri(record, uri), uri).toBe(false);
      for (const uri of [undefined, null, [REGISTERED], { href: REGISTERED }]) {
        expect(registration.registration.allowsRedirectUri(record, uri as never)).toBe(false);
      }
    });

    test("8252-2: of a loopback address the port alone may differ, and another loopback name is another address", async () => {
      const registration = attackedRegistration(preset);
      const redirect_uris = ["http://127.0.0.1:8000/callback"];
      const { client_id } = await registration.innocent({ redirect_uris, application_type: "native" });
      const record = await registration.record(client_id);
      for (const uri of [
        "http://127.0.0.1:8000/callback",
        "http://127.0.0.1:1/callback",
        "http://127.0.0.1/callback",
      ]) {
        expect(registration.registration.allowsRedirectUri(record, uri), uri).toBe(true);
      }
      for (const uri of [
        "http://127.0.0.1:8000/other",
        "http://127.0.0.1:8000/callback?x=1",
        "http://127.0.0.1:8000/callback#x",
        "http://127.0.0.1:99999/callback",
        "http://127.0.0.1:8000@evil.example/callback",
        "http://127.0.0.1:80@evil.example/callback",
        "http://127.0.0.1.evil.example:8000/callback",
        "http://127.0.0.2:8000/callback",
        "http://127.1:8000/callback",
        "http://localhost:8000/callback",
        "http://[::1]:8000/callback",
        "https://127.0.0.1:8000/callback",
        "http://10.0.0.1:8000/callback",
      ]) {
        expect(registration.registration.allowsRedirectUri(record, uri), uri).toBe(false);
      }
    });

    test("an update ends what it leaves out, and another client's addresses are not one's own", async () => {
      const registration = attackedRegistration(preset);
      const client = await registration.innocent({ redirect_uris: [REGISTERED, "https://app.example/old"] });
      const other = await registration.innocent({ redirect_uris: ["https://other.example/callback"] });
      await registration.put(client, { redirect_uris: [REGISTERED] });
      const record = await registration.record(client.client_id);
      expect(registration.registration.allowsRedirectUri(record, "https://app.example/old")).toBe(false);
      expect(registration.registration.allowsRedirectUri(record, "https://other.example/callback")).toBe(
        false,
      );
      expect(
        registration.registration.allowsRedirectUri(await registration.record(other.client_id), REGISTERED),
      ).toBe(false);
    });

    test("a client that awaits approval is redirected to nowhere, and one without redirect URIs neither", async () => {
      const registration = attackedRegistration(preset, { policies: { every: [holdForApproval()] } });
      const { client_id } = await registration.innocent({ redirect_uris: [REGISTERED] });
      expect(
        registration.registration.allowsRedirectUri(await registration.record(client_id), REGISTERED),
      ).toBe(false);
      await registration.registration.approveClient(client_id);
      const record = await registration.record(client_id);
      expect(registration.registration.allowsRedirectUri(record, REGISTERED)).toBe(true);
      const { redirect_uris: _, ...metadata } = record.metadata;
      expect(registration.registration.allowsRedirectUri({ ...record, metadata }, REGISTERED)).toBe(false);
    });

    test("a record that somebody put into the store by hand opens no door that registration keeps shut", async () => {
      const registration = attackedRegistration(preset);
      const { client_id } = await registration.innocent({ redirect_uris: [REGISTERED] });
      const record = await registration.record(client_id);
      const imported = [
        "javascript:alert(1)",
        "http://app.example/cb",
        "https://app.example/*",
        "data:text/html,x",
      ];
      const metadata = { ...record.metadata, redirect_uris: imported };
      for (const uri of [...imported, "https://app.example/x"]) {
        expect(registration.registration.allowsRedirectUri({ ...record, metadata }, uri), uri).toBe(false);
      }
    });
  },
);
