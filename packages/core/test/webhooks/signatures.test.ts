import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { verifyWebhook } from "../../src/webhooks/index.js";
import { signWebhook, type WebhookHeaders } from "../../src/webhooks/sign-webhook.js";
import { readSecrets } from "../../src/webhooks/webhook-secrets.js";

const NOW = Math.floor(Date.now() / 1000);
const SECRET = `whsec_${btoa("a secret of some 32 random bytes")}`;
const OTHER = `whsec_${btoa("another secret of 32 random bytes")}`;
const BODY = JSON.stringify({
  type: "client.disabled",
  timestamp: "2026-09-21T14:13:20.000Z",
  data: { client_id: "c-1", actor: "operator" },
});

const signed = (secrets = [SECRET], body = BODY, timestamp = NOW): WebhookHeaders =>
  signWebhook({ id: "msg_1", timestamp, body }, readSecrets("test", secrets));
const verified = (headers: object, body: string | Uint8Array = BODY, secrets = [SECRET]) =>
  verifyWebhook({ headers: { ...headers }, body }, { secrets, clock: () => NOW * 1000 });

describe("signWebhook", () => {
  it("signs what the library of Standard Webhooks verifies, with each of several secrets", () => {
    const headers = { ...signed([OTHER, SECRET]) };
    expect(new Webhook(SECRET).verify(BODY, headers)).toEqual(JSON.parse(BODY));
    expect(new Webhook(OTHER).verify(BODY, headers)).toEqual(JSON.parse(BODY));
    expect(() => new Webhook(OTHER).verify(BODY, { ...signed([SECRET]) })).toThrow();
  });

  it("makes the signatures of that library, whatever the body", () => {
    const id = fc.stringMatching(/^[\w-]{1,40}$/);
    fc.assert(
      fc.property(
        id,
        fc.integer({ min: 0, max: 4e9 }),
        fc.string({ unit: "grapheme" }),
        (id, timestamp, body) => {
          const ours = signWebhook({ id, timestamp, body }, readSecrets("test", [SECRET]))[
            "webhook-signature"
          ];
          expect(ours).toBe(new Webhook(SECRET).sign(id, new Date(timestamp * 1000), body));
        },
      ),
    );
  });

  it.each([
    ["no secret", []],
    ["a short secret", [`whsec_${btoa("short")}`]],
    ["a long secret", [`whsec_${btoa("x".repeat(65))}`]],
    ["a secret without its prefix", [btoa("a secret of some 32 random bytes")]],
    ["no base64", ["whsec_*"]],
    ["eleven secrets", Array.from({ length: 11 }, () => SECRET)],
  ])("refuses %s, and does not tell it", (_what, secrets) => {
    const call = (): unknown => signed(secrets);
    expect(call).toThrow("secrets:");
    for (const secret of secrets) expect(call).not.toThrow(secret);
  });

  it.each(["", "a.b", "a b", "x".repeat(256)])("refuses the id %j", (id) => {
    expect(() => signWebhook({ id, timestamp: NOW, body: "" }, readSecrets("test", [SECRET]))).toThrow("id:");
  });
});

describe("verifyWebhook", () => {
  it("accepts what the library of Standard Webhooks signs", () => {
    const headers = new Headers({
      "webhook-id": "msg_1",
      "webhook-timestamp": String(NOW),
      "webhook-signature": new Webhook(SECRET).sign("msg_1", new Date(NOW * 1000), BODY),
    });
    const result = verifyWebhook({ headers, body: BODY }, { secrets: [SECRET], clock: () => NOW * 1000 });
    expect(result).toEqual({ ok: true, value: { id: "msg_1", payload: JSON.parse(BODY) as unknown } });
  });

  it("takes headers of any class that has a get method", () => {
    const headers = new Map(Object.entries(signed()));
    const result = verifyWebhook(
      { headers: headers as unknown as Headers, body: BODY },
      { secrets: [SECRET], clock: () => NOW * 1000 },
    );
    expect(result.ok).toBe(true);
  });

  it("accepts bytes, and each of two secrets while one is replaced", () => {
    expect(verified(signed(), new TextEncoder().encode(BODY)).ok).toBe(true);
    expect(verified(signed([SECRET]), BODY, [OTHER, SECRET]).ok).toBe(true);
    expect(verified(signed([OTHER, SECRET]), BODY, [SECRET]).ok).toBe(true);
  });

  it.each([
    ["another body", signed(), `${BODY} `, "signature_mismatch"],
    ["another secret", signed([OTHER]), BODY, "signature_mismatch"],
    ["another id", { ...signed(), "webhook-id": "msg_2" }, BODY, "signature_mismatch"],
    ["another time", { ...signed(), "webhook-timestamp": String(NOW + 1) }, BODY, "signature_mismatch"],
    ["a replay", signed([SECRET], BODY, NOW - 301), BODY, "timestamp_out_of_tolerance"],
    ["the future", signed([SECRET], BODY, NOW + 301), BODY, "timestamp_out_of_tolerance"],
    ["no signature", { ...signed(), "webhook-signature": undefined }, BODY, "header_missing"],
    ["two ids", { ...signed(), "webhook-id": ["msg_1", "msg_1"] }, BODY, "header_missing"],
    ["a time in words", { ...signed(), "webhook-timestamp": "now" }, BODY, "header_missing"],
    ["a signature of no version", { ...signed(), "webhook-signature": "abc" }, BODY, "signature_mismatch"],
    [
      "a signature that is no base64",
      { ...signed(), "webhook-signature": "v1,***" },
      BODY,
      "signature_mismatch",
    ],
    ["a signature cut short", { ...signed(), "webhook-signature": "v1,AAAA" }, BODY, "signature_mismatch"],
    ["an endless header", { ...signed(), "webhook-signature": "v1,a ".repeat(2000) }, BODY, "header_missing"],
    ["no JSON", signed([SECRET], "x"), "x", "body_malformed"],
    ["null", signed([SECRET], "null"), "null", "body_malformed"],
    ["no payload", signed([SECRET], "{}"), "{}", "body_malformed"],
  ])("refuses %s", (_what, headers, body, error) => {
    expect(verified(headers, body)).toEqual({ ok: false, error });
  });

  it("never throws for what a stranger sends", () => {
    const header = fc.oneof(fc.string(), fc.constant(undefined), fc.array(fc.string(), { maxLength: 2 }));
    const headers = fc.record({
      "webhook-id": header,
      "webhook-timestamp": fc.oneof(header, fc.constant(String(NOW))),
      "webhook-signature": fc.oneof(
        header,
        fc.base64String().map((text) => `v1,${text}`),
      ),
    });
    fc.assert(
      fc.property(headers, fc.uint8Array(), (headers, body) => {
        expect(verified(headers, body).ok).toBe(false);
      }),
    );
  });

  it.each([0, -1, NaN, 86_401])("refuses a tolerance of %s seconds", (toleranceSeconds) => {
    const call = () => verifyWebhook({ headers: {}, body: "" }, { secrets: [SECRET], toleranceSeconds });
    expect(call).toThrow("toleranceSeconds:");
  });
});
