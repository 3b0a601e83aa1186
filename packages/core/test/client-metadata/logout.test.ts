import { describe, expect, it } from "vitest";
import { assess, CALLBACK } from "./assess.js";

const ORIGIN = ["frontchannel_logout_uri frontchannel_logout_uri.origin"];

describe("front-channel logout (OpenID Connect Front-Channel Logout section 2)", () => {
  it.each([
    [["https://app.example/cb"], "https://app.example/logout?x=1", []],
    [["https://app.example/cb"], "https://app.example:443/logout", []],
    [["https://app.example:443/cb"], "https://APP.example/logout", []],
    [["https://a.example/cb", "https://app.example:8443/cb"], "https://app.example:8443/logout", []],
    [["https://app.example/cb"], "https://app.example:8443/logout", ORIGIN],
    [["https://app.example:8443/cb"], "https://app.example/logout", ORIGIN],
    [["https://app.example/cb"], "https://www.app.example/logout", ORIGIN],
    [["https://app.example/cb"], "https://app.example.evil.example/logout", ORIGIN],
    [["http://localhost/cb"], "https://localhost/logout", ORIGIN],
    [["cursor://anysphere.cursor-mcp/oauth/callback"], "https://app.example/logout", ORIGIN],
  ])("OIDC-LOGOUT %j and %s", (redirect_uris, frontchannel_logout_uri, errors) => {
    expect(assess({ redirect_uris, frontchannel_logout_uri }).errors).toEqual(errors);
  });

  it("OIDC-LOGOUT is not for a client without redirect URIs, and a refused one is spoken of alone", () => {
    const frontchannel_logout_uri = "https://app.example/logout";
    expect(assess({ grant_types: ["client_credentials"], frontchannel_logout_uri }).errors).toEqual(ORIGIN);
    expect(assess({ redirect_uris: ["javascript:x"], frontchannel_logout_uri }).errors).toEqual([
      "redirect_uris[0] redirect_uri.scheme",
    ]);
  });
});

describe("logout addresses", () => {
  it.each(["frontchannel_logout_uri", "backchannel_logout_uri"])(
    "OIDC-LOGOUT %s is https without fragment",
    (member) => {
      const sent = (uri: string) => assess({ ...CALLBACK, [member]: uri }).errors;
      expect(sent("https://app.example/logout?sid=1")).toEqual([]);
      const rule = member.startsWith("back") ? "metadata.local_address" : "logout_uri.fragment";
      expect(sent("https://app.example/logout#")).toEqual([`${member} ${rule}`]);
      expect(sent("https://app.example/logout#top")).toEqual([`${member} ${rule}`]);
      expect(sent("http://app.example/logout")).toEqual([`${member} metadata.https`]);
    },
  );

  it("OIDC-LOGOUT backchannel_logout_uri may be on any host", () => {
    expect(assess({ ...CALLBACK, backchannel_logout_uri: "https://api.other.example/x" }).errors).toEqual([]);
  });

  it.each(["frontchannel_logout_session_required", "backchannel_logout_session_required"])(
    "OIDC-LOGOUT %s is true or false",
    (member) => {
      for (const value of [true, false]) {
        expect(assess({ ...CALLBACK, [member]: value }).metadata).toMatchObject({ [member]: value });
      }
      expect(assess({ ...CALLBACK, [member]: "true" }).errors).toEqual([`${member} metadata.boolean`]);
    },
  );

  it("OIDC-LOGOUT post_logout_redirect_uris go through the redirect policy", () => {
    const sent = (...post_logout_redirect_uris: string[]) =>
      assess({ ...CALLBACK, post_logout_redirect_uris }).errors;
    expect(sent("https://app.example/bye", "http://127.0.0.1/bye", "com.example.app:/bye")).toEqual([]);
    expect(sent("http://app.example/bye", "https://app.example/#", "myapp:/bye")).toEqual([
      "post_logout_redirect_uris[0] redirect_uri.http",
      "post_logout_redirect_uris[1] redirect_uri.fragment",
      "post_logout_redirect_uris[2] redirect_uri.scheme",
    ]);
  });
});
