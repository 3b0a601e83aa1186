import type { ContractRunner } from "@oauth-dcr/contract-tests";
import { clientIdMetadataDocuments } from "@oauth-dcr/core/client-id-metadata-document";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { MisuseError } from "@oauth-dcr/core";
import { reserveNames } from "@oauth-dcr/core/policy";
import { unknownClientPage } from "@oauth-dcr/core/http";
import { registrationWith, REDIRECT, type TestRegistration } from "./test-registration.js";

const CLIENT_URL = "https://app.example/client.json";
const DOCUMENT = {
  client_id: CLIENT_URL,
  client_name: "An app",
  redirect_uris: ["https://app.example/callback", "http://127.0.0.1/callback"],
  token_endpoint_auth_method: "none",
};

/** The authorization endpoint's side. */
export function documentCases({ describe, it, expect }: ContractRunner): void {
  function registrationOfDocuments(
    document: object,
  ): TestRegistration & { readonly asked: readonly string[] } {
    const asked: string[] = [];
    const server = registrationWith({
      clientIdMetadataDocuments: clientIdMetadataDocuments({
        guardedFetch: guardedFetch({
          connection: ({ url }) => {
            asked.push(url.href);
            return Promise.resolve(Response.json(document, { headers: { "cache-control": "max-age=600" } }));
          },
        }),
      }),
      wellKnownNames: { Claude: ["claude.ai"] },
    });
    return { ...server, asked };
  }

  describe("the authorization endpoint", () => {
    it("finds a client by the document of its URL, fetched once, and admits its redirect URIs", async () => {
      const { registration, asked, events } = registrationOfDocuments(DOCUMENT);
      for (let i = 0; i < 2; i++) {
        const found = await registration.findClient(CLIENT_URL);
        if (!found.ok) throw new Error(found.error.kind);
        expect(found.value.metadata.client_name).toBe("An app");
        expect(registration.allowsRedirectUri(found.value, "http://127.0.0.1:51004/callback")).toBe(true);
        expect(registration.allowsRedirectUri(found.value, "https://app.example/other")).toBe(false);
      }
      expect(asked).toEqual([CLIENT_URL]);
      await registration.auditDelivery.flush();
      expect(events.map(({ type }) => type)).toEqual(["client_document_accepted"]);
    });

    it("takes no document that speaks of another URL, and answers with a page that repeats nothing", async () => {
      const { registration } = registrationOfDocuments({ ...DOCUMENT, client_id: "https://other.example/c" });
      const found = await registration.findClient(CLIENT_URL);
      if (found.ok) throw new Error("the document was taken");
      expect(found.error.kind).toBe("refused_document");
      const page = unknownClientPage(found.error);
      expect(page.status).toBe(400);
      expect((await page.text()).includes("example")).toBe(false);
    });

    it("warns of a name that only looks like another's", async () => {
      // With a Cyrillic а.
      const { registration } = registrationOfDocuments({ ...DOCUMENT, client_name: "Clаude" });
      const found = await registration.findClient(CLIENT_URL);
      if (!found.ok) throw new Error(found.error.kind);
      const view = registration.consentView(found.value, "https://app.example/callback");
      expect(view?.warnings).toEqual(["look_alike_name"]);
      expect(view?.redirect.destination).toBe("app.example");
    });
  });

  describe("the operator", () => {
    it("keeps names, whatever letters they are written in", async () => {
      const { post } = registrationWith({ policies: { every: [reserveNames(["Example Bank"])] } });
      for (const client_name of [
        "EXAMPLE  bank",
        "Ехаmple Bank",
        "Ｅｘａｍｐｌｅ Bank",
        "Éxámple\u200b Bank",
      ]) {
        const { status, answer } = await post({ ...REDIRECT, client_name });
        expect(status, client_name).toBe(400);
        expect(answer["error_description"]).toMatch(/^client_name has or looks like a reserved name/);
      }
      expect((await post({ ...REDIRECT, client_name: "Another" })).status).toBe(201);
    });

    it("is told of an option that makes no sense, when the server is built", () => {
      let thrown: unknown;
      try {
        registrationWith({ maxBodyBytes: -1 });
      } catch (error) {
        thrown = error;
      }
      expect(thrown instanceof MisuseError).toBe(true);
      return Promise.resolve();
    });

    it("sweeps out who was never used", async () => {
      let now = Date.now();
      const { registration, post } = registrationWith({
        clock: () => now,
        lifecycle: { unusedTtlSeconds: 7200 },
        idempotentRegistration: false,
      });
      await post(REDIRECT);
      await post(REDIRECT);
      now += 7201 * 1000;
      expect((await registration.countClients()).expired).toBe(2);
      await registration.sweepClients();
      expect((await registration.countClients()).expired).toBe(0);
    });
  });
}
