import "reflect-metadata";
import { KeyUsageFlags, type JsonGeneralNames } from "@peculiar/x509";
import { beforeAll, describe, expect, it } from "vitest";
import { spiffeX509 } from "../../src/mutual-tls/index.js";
import { spiffeTrustDomains, type SpiffeTrustDomains } from "../../src/spiffe/index.js";
import { keyServer } from "../json-web-token/token-issuer.js";
import { managedRegistration, START } from "../support/managed-registration.js";
import { authority, client, type Party } from "./certificates.js";

const ID = "spiffe://example.org/client";
const uri = (value: string): JsonGeneralNames => [{ type: "url", value }];

let root: Party, partner: Party, intermediate: Party;
beforeAll(async () => {
  root = await authority({ names: uri("spiffe://example.org") });
  partner = await authority({ subject: "CN=Partner", names: uri("spiffe://partner.example") });
  intermediate = await authority({ issuer: root, subject: "CN=Below" });
});

const bundle = ({ base64 }: Party, use = "x509-svid") => ({
  keys: [{ kty: "EC", crv: "P-256", use, x5c: [base64] }],
});

function serverWith(trustDomains?: SpiffeTrustDomains) {
  const managed = managedRegistration({
    authorizationServer: {
      issuer: "https://as.example",
      scopes_supported: ["read", "write"],
      grant_types_supported: ["authorization_code", "client_credentials"],
      token_endpoint_auth_methods_supported: ["none", "spiffe_x509"],
    },
    authenticationMethods: [
      spiffeX509({
        trustDomains:
          trustDomains ??
          spiffeTrustDomains({
            domains: [
              { name: "example.org", bundle: { jwks: bundle(root) } },
              { name: "partner.example", bundle: { jwks: bundle(partner) } },
            ],
          }),
      }),
    ],
  });
  const authenticate = async (certificates: readonly Party[], spiffe_id = ID) => {
    const { client_id } = await managed.register({
      grant_types: ["client_credentials"],
      response_types: [],
      token_endpoint_auth_method: "spiffe_x509",
      spiffe_id,
    });
    const result = await managed.registration.authenticateClient({
      parameters: new URLSearchParams({ client_id }),
      clientCertificates: certificates.map(({ der }) => der),
    });
    if (result.ok) return "ok";
    return result.error.kind === "invalid_client" ? result.error.reason : result.error.kind;
  };
  return { ...managed, authenticate };
}

describe("spiffe_x509", () => {
  it("authenticates a workload by its X.509-SVID, also below an intermediate and a registered /*", async () => {
    const { authenticate } = serverWith();
    const svid = await client({ issuer: root, names: uri(ID), subject: "" });
    expect(await authenticate([svid])).toBe("ok");
    expect(await authenticate([await client({ issuer: intermediate, names: uri(ID) }), intermediate])).toBe(
      "ok",
    );
    const below = await client({ issuer: root, names: uri(`${ID}/1`) });
    expect(await authenticate([below], `${ID}/*`)).toBe("ok");
    expect(await authenticate([below])).toBe("spiffe_id");
    expect(await authenticate([svid], `${ID}/*`)).toBe("spiffe_id");
  });

  it("believes each trust domain about its own workloads alone", async () => {
    const { authenticate } = serverWith();
    expect(await authenticate([await client({ issuer: partner, names: uri(ID) })])).toBe(
      "untrusted_certificate",
    );
    const theirs = await client({ issuer: partner, names: uri("spiffe://partner.example/client") });
    expect(await authenticate([theirs])).toBe("spiffe_id");
    expect(await authenticate([theirs], "spiffe://partner.example/client")).toBe("ok");
    expect(
      await authenticate([await client({ issuer: root, names: uri("spiffe://evil.example/client") })]),
    ).toBe("spiffe_id");
    const below = await authority({
      issuer: partner,
      subject: "CN=Root",
      names: uri("spiffe://example.org"),
    });
    expect(await authenticate([await client({ issuer: below, names: uri(ID) }), below])).toBe(
      "untrusted_certificate",
    );
  });

  it("wants exactly one URI, of a workload", async () => {
    const { authenticate } = serverWith();
    for (const names of [
      [],
      [...uri(ID), ...uri("spiffe://example.org/admin")],
      [...uri("https://example.org"), ...uri(ID)],
      uri("spiffe://example.org"),
      uri(`${ID}/`),
      uri(`${ID}/../admin`),
      uri("spiffe://example.org/*"),
      uri(`${ID}?a`),
    ]) {
      expect(await authenticate([await client({ issuer: root, names })], "spiffe://example.org/*")).toBe(
        "spiffe_id",
      );
    }
    const other = await client({ issuer: root, names: [...uri(ID), { type: "dns", value: "a.example" }] });
    expect(await authenticate([other])).toBe("ok");
  });

  it("refuses certificates that are no leaf, for no signature, or of another time", async () => {
    const { authenticate } = serverWith();
    const of = (particulars: Parameters<typeof client>[0]) =>
      client({ issuer: root, names: uri(ID), ...particulars });
    const { digitalSignature, keyCertSign, cRLSign } = KeyUsageFlags;
    expect(await authenticate([await of({ ca: true })])).toBe("certificate_usage");
    for (const usages of [null, [digitalSignature, keyCertSign], [digitalSignature, cRLSign], [cRLSign]]) {
      expect(await authenticate([await of({ usages })])).toBe("certificate_usage");
    }
    expect(await authenticate([await of({ from: START + 1000 })])).toBe("not_yet_valid");
    expect(await authenticate([await of({ until: START - 1000 })])).toBe("expired");
    expect(await authenticate([])).toBe("certificate_missing");
  });

  it("takes the certificates for X.509-SVIDs from the bundle, and 503 where it cannot be had", async () => {
    const { server, guardedFetch } = keyServer(bundle(root).keys);
    const domains = [{ name: "example.org", bundle: { url: "https://spire.example.org/bundle.json" } }];
    const { authenticate, time } = serverWith(spiffeTrustDomains({ domains, guardedFetch }));
    const svid = await client({ issuer: root, names: uri(ID) });
    expect(await authenticate([svid])).toBe("ok");
    server.keys = bundle(root, "jwt-svid").keys;
    time.now += 601_000;
    expect(await authenticate([svid])).toBe("untrusted_certificate");
    server.keys = [
      { use: "x509-svid", x5c: ["%", root.base64] },
      { use: "x509-svid", x5c: ["%"] },
    ];
    time.now += 601_000;
    expect(await authenticate([svid])).toBe("untrusted_certificate");
    server.failure = "timed_out";
    time.now += 3_601_000;
    expect(await authenticate([svid])).toBe("unavailable");
  });
});
