import type { ContractRunner } from "@oauth-dcr/contract-tests";
import { ISSUER, registrationWith, hex, REDIRECT, text } from "./test-registration.js";

/** What the operator hears. */
export function auditCases({ describe, it, expect }: ContractRunner): void {
  describe("audit events", () => {
    it("tell a client's life in its order", async () => {
      const { registration, post, events } = registrationWith();
      const { answer } = await post(REDIRECT);
      const at = text(answer["registration_client_uri"]);
      const bearer = { authorization: `Bearer ${text(answer["registration_access_token"])}` };
      await registration.fetch(new Request(at, { headers: bearer }));
      await registration.fetch(new Request(at));
      await registration.disableClient(text(answer["client_id"]));
      await registration.enableClient(text(answer["client_id"]));
      await registration.fetch(new Request(at, { method: "DELETE", headers: bearer }));
      await post({ redirect_uris: ["javascript:alert(1)"] });
      await registration.auditDelivery.flush();
      expect(events.map(({ type }) => type)).toEqual([
        "client_registered",
        "client_read",
        "client_management_refused",
        "client_disabled",
        "client_enabled",
        "client_deleted",
        "registration_refused",
      ]);
      for (const { at: instant } of events) expect(instant).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    });

    it("have the address as the HMAC that the platform computes too", async () => {
      const key = crypto.getRandomValues(new Uint8Array(32));
      const { registration, post, events } = registrationWith({ addressPseudonymKey: key });
      await post(REDIRECT, {}, { clientAddress: "192.0.2.7", requestId: "request-1" });
      await registration.auditDelivery.flush();
      const algorithm = { name: "HMAC", hash: "SHA-256" };
      const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
      const mac = await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode("192.0.2.7"));
      const { clientAddress, requestId } = events[0] as { clientAddress?: string; requestId?: string };
      expect(clientAddress).toBe(`hmac:${hex(mac).slice(0, 32)}`);
      expect(requestId).toBe("request-1");
    });

    it("tell of a body that broke off, which is answered with 400", async () => {
      const { registration, events } = registrationWith();
      const init: RequestInit & { duplex: "half" } = {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: new ReadableStream({
          pull: (controller) => controller.error(new Error("the connection is gone")),
        }),
        duplex: "half",
      };
      const response = await registration.fetch(new Request(`${ISSUER}/register`, init));
      expect(response.status).toBe(400);
      await registration.auditDelivery.flush();
      expect(events.map((event) => "reason" in event && event.reason)).toEqual(["request_aborted"]);
    });
  });
}
