import { describe, expect, test } from "vitest";
import { assess, CALLBACK, GENEROUS } from "./assess.js";

describe("application_type", () => {
  const HTTPS = "https://app.example/cb";
  const LOCAL = "http://127.0.0.1:8080/cb";
  const OWN = "com.example.app:/cb";

  test.each([
    [[HTTPS], undefined, "web"],
    [[LOCAL], undefined, "native"],
    [[OWN], undefined, "native"],
    [["https://localhost/cb"], undefined, "web"],
    [[HTTPS, LOCAL], undefined, "native"],
    [[HTTPS, OWN], undefined, "native"],
    [[HTTPS], "web", "web"],
    [[HTTPS], "native", "native"],
    [[LOCAL], "native", "native"],
    [[HTTPS, LOCAL, OWN], "native", "native"],
  ])("OIDC-3 %j and %j are %s", (redirect_uris, asked, application_type) => {
    const body = { redirect_uris, ...(asked !== undefined && { application_type: asked }) };
    const { metadata, findings } = assess(body);
    expect(metadata).toMatchObject({ application_type, redirect_uris });
    expect(findings).toEqual([]);
  });

  test.each([
    [[LOCAL], 0],
    [[HTTPS, OWN], 1],
    [[HTTPS, LOCAL, OWN], 1],
  ])("OIDC-3 web with %j is refused at the URI that is not, or corrected", (redirect_uris, at) => {
    const body = { redirect_uris, application_type: "web" };
    expect(assess(body).errors).toEqual([`redirect_uris[${at}] metadata.not_for_web`]);
    expect(assess(body).findings[0]).toMatchObject({ error: "invalid_redirect_uri" });
    const corrected = assess(body, { wrongApplicationType: "correct" });
    expect(corrected.metadata).toMatchObject({ application_type: "native", redirect_uris });
    expect(corrected.warnings).toEqual(["application_type metadata.corrected"]);
  });

  test.each(["https://localhost/cb", "https://127.0.0.1:8443/cb", "https://[::1]/cb"])(
    "OIDC-3 native refuses %s, also where other redirect URIs make it native",
    (uri) => {
      const refused = (i: number) => [`redirect_uris[${i}] metadata.native_https_loopback`];
      expect(assess({ redirect_uris: [uri], application_type: "native" }).errors).toEqual(refused(0));
      expect(assess({ redirect_uris: [OWN, uri] }).errors).toEqual(refused(1));
      const web = { redirect_uris: [LOCAL, uri], application_type: "web" };
      expect(assess(web, { wrongApplicationType: "correct" }).errors).toEqual(refused(1));
      expect(assess({ redirect_uris: [uri], application_type: "web" }).errors).toEqual([]);
    },
  );

  const IMPLICIT = { grant_types: ["implicit"], response_types: ["id_token"] };
  const THIS_MACHINE = (i: number) => `redirect_uris[${i}] metadata.this_machine`;

  test.each([
    [[HTTPS], "web", []],
    [[HTTPS], undefined, []],
    [["https://localhost/cb"], "web", [THIS_MACHINE(0)]],
    [["https://localhost/cb"], undefined, [THIS_MACHINE(0)]],
    [["https://localhost:8443/cb"], "web", [THIS_MACHINE(0)]],
    [[HTTPS, "https://127.0.0.1/cb", "https://[::1]/cb"], "web", [THIS_MACHINE(1), THIS_MACHINE(2)]],
    [[LOCAL], "web", ["redirect_uris[0] metadata.not_for_web"]],
    [[OWN], "web", ["redirect_uris[0] metadata.not_for_web"]],
    [[LOCAL], "native", []],
    [[OWN], "native", []],
    [[LOCAL, OWN], undefined, []],
  ])("OIDC-3 implicit with %j and %j: %j", (redirect_uris, asked, errors) => {
    const body = { ...IMPLICIT, redirect_uris, ...(asked !== undefined && { application_type: asked }) };
    const assessed = assess(body);
    expect(assessed.errors).toEqual(errors);
    if (errors.length > 0) expect(assessed.findings[0]).toMatchObject({ error: "invalid_redirect_uri" });
  });

  test("OIDC-3 the local machine is not corrected away, and is no matter once implicit is dropped", () => {
    const body = { redirect_uris: ["https://localhost/cb"], application_type: "web" };
    expect(assess({ ...body, ...IMPLICIT }, { wrongApplicationType: "correct" }).errors).toEqual([
      THIS_MACHINE(0),
    ]);
    expect(assess(body).errors).toEqual([]);
    const supported = { ...GENEROUS, grant_types_supported: ["authorization_code"] };
    const both = { grant_types: ["authorization_code", "implicit"], response_types: ["code", "token"] };
    expect(assess({ ...body, ...both }, { supported }).errors).toEqual([]);
  });

  test.each([["http://app.example/cb"], ["http://localhost.evil.example/cb"], ["http://127.0.0.2/cb"]])(
    "OIDC-3 native does not make %s a redirect URI",
    (uri) => {
      const { metadata, errors } = assess({ redirect_uris: [uri], application_type: "native" });
      expect(metadata).toBeUndefined();
      expect(errors[0]).toMatch(/^redirect_uris\[0\] /);
    },
  );

  test.each([
    [HTTPS, true],
    [LOCAL, true],
    ["http://localhost:1234/cb", true],
    ["http://[::1]/cb", true],
    [OWN, true],
    ["http://app.example/cb", false],
    ["app:/cb", false],
    ["javascript:alert(1)", false],
    ["data:text/html,x", false],
    ["file:///cb", false],
  ])("R7591-29 %s is one of the three kinds: %s", (uri, isOne) => {
    expect(assess({ redirect_uris: [uri] }).metadata !== undefined).toBe(isOne);
    // One that is none spoils the list: it is never dropped silently.
    expect(assess({ redirect_uris: [HTTPS, uri] }).metadata !== undefined).toBe(isOne);
  });

  test("the place of a native URI is not shifted by one that was refused", () => {
    const body = { redirect_uris: ["javascript:x", LOCAL], application_type: "web" };
    expect(assess(body).errors).toEqual(["redirect_uris[0] redirect_uri.scheme"]);
  });

  test("other lists of redirect URIs do not decide it", () => {
    const body = { redirect_uris: [HTTPS], post_logout_redirect_uris: [LOCAL], application_type: "web" };
    expect(assess(body).metadata).toMatchObject({ application_type: "web" });
  });

  test.each(["WEB", "desktop", "__proto__", 1, ["web"]])("%j is none", (application_type) => {
    expect(assess({ ...CALLBACK, application_type }).errors).toEqual(["application_type metadata.choice"]);
  });
});
