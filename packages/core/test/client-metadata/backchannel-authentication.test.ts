import { describe, expect, it } from "vitest";
import { assess, CALLBACK, GENEROUS } from "./assess.js";

const CIBA = "urn:openid:params:grant-type:ciba";
const supported = { ...GENEROUS, grant_types_supported: [...GENEROUS.grant_types_supported, CIBA] };
const ENDPOINT = { backchannel_client_notification_endpoint: "https://app.example/ciba" };
const MODE = "backchannel_token_delivery_mode";
const body = (mode: string, ...grants: string[]) => ({
  ...CALLBACK,
  grant_types: ["authorization_code", ...grants],
  [MODE]: mode,
});

describe("backchannel authentication (OpenID CIBA section 4)", () => {
  it("CIBA-4 the delivery mode is poll, ping or push", () => {
    for (const mode of ["poll", "ping", "push"]) {
      expect(assess({ ...body(mode, CIBA), ...ENDPOINT }, { supported }).metadata).toMatchObject({
        [MODE]: mode,
      });
    }
    for (const mode of ["Poll", "pull", "none"]) {
      expect(assess({ ...body(mode, CIBA), ...ENDPOINT }, { supported }).errors).toEqual([
        `${MODE} metadata.choice`,
      ]);
    }
  });

  it("CIBA-4 ping and push need an endpoint to notify, on https", () => {
    for (const mode of ["ping", "push"]) {
      expect(assess(body(mode, CIBA), { supported }).errors).toEqual([
        "backchannel_client_notification_endpoint backchannel_authentication.notification_endpoint",
      ]);
    }
    expect(assess(body("poll", CIBA), { supported }).errors).toEqual([]);
    const plain = { backchannel_client_notification_endpoint: "http://app.example/ciba" };
    expect(assess({ ...body("ping", CIBA), ...plain }, { supported }).errors).toEqual([
      "backchannel_client_notification_endpoint metadata.https",
    ]);
  });

  it("CIBA-4 poll and ping need the grant type, and the grant type needs a mode", () => {
    for (const mode of ["poll", "ping"]) {
      expect(assess({ ...body(mode), ...ENDPOINT }, { supported }).errors).toEqual([
        `${MODE} backchannel_authentication.grant_type`,
      ]);
    }
    expect(assess({ ...body("push"), ...ENDPOINT }, { supported }).errors).toEqual([]);
    expect(assess({ ...CALLBACK, grant_types: ["authorization_code", CIBA] }, { supported }).errors).toEqual([
      `${MODE} backchannel_authentication.delivery_mode`,
    ]);
  });

  it("CIBA-4 a server without it asks for nothing that only it needs", () => {
    expect(assess({ ...CALLBACK, grant_types: ["authorization_code", CIBA] }).errors).toEqual([]);
    expect(assess(body("poll")).errors).toEqual([]);
  });

  it("CIBA-4 a mode that the server does not publish is refused", () => {
    const published = { ...supported, backchannel_token_delivery_modes_supported: ["poll"] };
    expect(assess(body("poll", CIBA), { supported: published }).errors).toEqual([]);
    expect(assess({ ...body("ping", CIBA), ...ENDPOINT }, { supported: published }).errors).toEqual([
      `${MODE} metadata.unsupported`,
    ]);
  });
});
