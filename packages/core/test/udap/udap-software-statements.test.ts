import "reflect-metadata";
import { Extension, KeyUsageFlags } from "@peculiar/x509";
import { SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import {
  openRegistration,
  requireSoftwareStatement,
  type ClientRegistrationOptions,
} from "../../src/index.js";
import { privateKeyJwt } from "../../src/jose.js";
import { memoryReplayStore } from "../../src/memory.js";
import {
  allowSoftwareIds,
  reserveNames,
  sameHostDisplayUris,
  type RegistrationPolicy,
} from "../../src/policy/index.js";
import { udapSoftwareStatements, type UdapSoftwareStatementsOptions } from "../../src/udap/index.js";
import { managedRegistration, misuseOf, REGISTER } from "../support/managed-registration.js";
import { APP, community, NOW, party, statementOf, type Party } from "./community.js";

type Community = Awaited<ReturnType<typeof community>>;

const verifierOf = (root: Party, more: Partial<UdapSoftwareStatementsOptions> = {}) =>
  udapSoftwareStatements({
    trustAnchors: [root.certificate.toString("pem")],
    audience: REGISTER,
    replay: memoryReplayStore(),
    ...more,
  });

/** Why a statement is refused; `undefined` for one that is taken. */
async function reasonOf(root: Party, statement: string, more: Partial<UdapSoftwareStatementsOptions> = {}) {
  const verified = await verifierOf(root, more).verify(statement, NOW);
  return verified.ok ? undefined : verified.error.reason;
}

function server(root: Party, options: Partial<ClientRegistrationOptions> = {}) {
  const audience = "https://as.example/token";
  return managedRegistration({
    authorizationServer: {
      issuer: "https://as.example",
      token_endpoint_auth_methods_supported: ["private_key_jwt"],
      token_endpoint_auth_signing_alg_values_supported: ["ES256"],
      grant_types_supported: ["authorization_code", "client_credentials"],
    },
    defaultScopes: [],
    access: requireSoftwareStatement(openRegistration({ dangerouslyUnlimited: true })),
    softwareStatements: verifierOf(root),
    clientAssertions: privateKeyJwt({ audience, replay: memoryReplayStore() }),
    ...options,
  });
}

test("a member of a community registers, and authenticates with the key of its certificate", async () => {
  const { root, intermediate, app } = await community();
  const { post, registration } = server(root);
  const answer = await post({ software_statement: await statementOf(app, [intermediate]), udap: "1" });
  expect([answer.status, answer.body]).toMatchObject([201, { client_name: "An app" }]);
  const id = answer.body["client_id"] as string;
  const client = await registration.findClient(id);
  expect(client).toMatchObject({
    value: { origin: { source: "software_statement", softwareStatementIssuer: APP } },
  });
  const assertion = await new SignJWT({
    iss: id,
    sub: id,
    aud: "https://as.example/token",
    jti: "1",
    exp: NOW + 60,
    iat: NOW,
  })
    .setProtectedHeader({ alg: "ES256", x5c: [app.base64] })
    .sign(app.keys.privateKey);
  const parameters = new URLSearchParams({
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: assertion,
  });
  expect((await registration.authenticateClient({ parameters })).ok).toBe(true);
});

test("what stands beside the statement adds neither redirect URIs nor keys", async () => {
  const { root, intermediate, app } = await community();
  const machine = {
    redirect_uris: undefined,
    response_types: undefined,
    grant_types: ["client_credentials"],
  };
  const body = {
    software_statement: await statementOf(app, [intermediate], machine),
    redirect_uris: ["https://evil.example/"],
    jwks: { keys: [] },
    jwks_uri: "https://evil.example/jwks",
  };
  const answer = await server(root).post(body);
  expect([answer.status, answer.body["grant_types"]]).toEqual([201, ["client_credentials"]]);
  expect(JSON.stringify(answer.body)).not.toContain("evil.example");
});

describe("what a member says of itself in its statement", () => {
  const impostor = {
    client_name: "Example Bank",
    software_id: "of-the-bank",
    client_uri: "https://bank.example/",
    logo_uri: "https://bank.example/logo.png",
  };
  const registerWith = async (policy?: RegistrationPolicy) => {
    const { root, intermediate, app } = await community();
    const made = server(root, {
      wellKnownNames: { "Example Bank": ["bank.example"] },
      ...(policy && { policies: { every: [policy] } }),
    });
    const answer = await made.post({ software_statement: await statementOf(app, [intermediate], impostor) });
    return { ...made, answer };
  };

  test("is the client's own word on the consent page, with a warning", async () => {
    const { answer, registration, store } = await registerWith();
    const found = await store.findClient(answer.body["client_id"] as string);
    const view = registration.consentView(found!, "https://app.example/callback");
    expect(view?.members).toContainEqual({ member: "client_name", value: "Example Bank", isVerified: false });
    expect(view?.members.some(({ isVerified }) => isVerified)).toBe(false);
    expect(view?.warnings).toEqual(["look_alike_name"]);
    expect(found?.origin).toMatchObject({ softwareStatementIssuer: APP, hasSelfSignedStatement: true });
  });

  test("does not make it the software that the operator allows", async () => {
    const { answer } = await registerWith(allowSoftwareIds(["of-the-bank"]));
    expect([answer.status, answer.body["error_description"]]).toMatchObject([
      400,
      expect.stringContaining("software_id"),
    ]);
  });

  test("does not give it a reserved name", async () => {
    const { answer } = await registerWith(reserveNames(["Example Bank"]));
    expect([answer.status, answer.body["error"]]).toEqual([400, "invalid_client_metadata"]);
  });

  test("lends it no pages of another host", async () => {
    const { answer } = await registerWith(sameHostDisplayUris());
    expect(answer.status).toBe(201);
    expect(JSON.stringify({ ...answer.body, software_statement: "" })).not.toContain("bank.example");
  });

  test("counts no more after an update with another statement of its own", async () => {
    const { root, intermediate, app } = await community();
    const { post, send, registration, store } = server(root);
    const { body } = await post({ software_statement: await statementOf(app, [intermediate]) });
    const [uri, token] = [body["registration_client_uri"], body["registration_access_token"]] as string[];
    const software_statement = await statementOf(app, [intermediate], { client_name: "Other" });
    const id = body["client_id"] as string;
    const updated = await send("PUT", uri!, token, { client_id: id, software_statement });
    expect([updated.status, updated.body["client_name"]]).toEqual([200, "Other"]);
    const view = registration.consentView((await store.findClient(id))!, "https://app.example/callback");
    expect(view?.members).toEqual([{ member: "client_name", value: "Other", isVerified: false }]);
  });
});

test("a policy can admit a member by the URI that its certificate names", async () => {
  const { root, intermediate, app } = await community();
  const partners: RegistrationPolicy = {
    name: "partners",
    judge: ({ origin }) =>
      origin.softwareStatementIssuer === "https://partner.example"
        ? { verdict: "accept" }
        : { verdict: "refuse", member: "software_statement", reason: "is not of a partner" },
  };
  const { post } = server(root, { policies: { every: [partners] } });
  const uris = ["https://partner.example"];
  const partner = await party({ name: "Partner", issuer: intermediate, uris });
  const claims = { iss: uris[0]!, sub: uris[0]! };
  expect(
    (await post({ software_statement: await statementOf(partner, [intermediate], claims) })).status,
  ).toBe(201);
  expect((await post({ software_statement: await statementOf(app, [intermediate], claims) })).status).toBe(
    400,
  );
  expect((await post({ software_statement: await statementOf(app, [intermediate]) })).status).toBe(400);
});

test("a statement registers one client", async () => {
  const { root, intermediate, app } = await community();
  const { post } = server(root);
  const software_statement = await statementOf(app, [intermediate]);
  expect((await post({ software_statement })).status).toBe(201);
  expect(await post({ software_statement })).toMatchObject({
    status: 400,
    body: { error: "invalid_software_statement" },
  });
});

test.each<[string, object]>([
  [
    "RSA with SHA-256",
    {
      name: "RSASSA-PKCS1-v1_5",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: "SHA-256",
    },
  ],
  ["P-384", { name: "ECDSA", namedCurve: "P-384" }],
])("a key of %s does", async (_, algorithm) => {
  const { root, intermediate } = await community();
  const app = await party({
    name: "App",
    issuer: intermediate,
    uris: [APP],
    algorithm: algorithm as EcKeyGenParams,
  });
  const alg = "namedCurve" in algorithm ? "ES384" : "RS256";
  expect(await reasonOf(root, await statementOf(app, [intermediate], {}, { alg }))).toBeUndefined();
});

test("a chain may leave out the anchor, have it, or need nothing between", async () => {
  const { root, intermediate, app } = await community();
  const direct = await party({ name: "Direct", issuer: root, uris: [APP] });
  for (const [leaf, chain] of [
    [app, [intermediate]],
    [app, [intermediate, root]],
    [direct, []],
    [direct, [root]],
  ] as const) {
    expect(await reasonOf(root, await statementOf(leaf, chain))).toBeUndefined();
  }
});

const name = "App";
const uris = [APP];
test.each<[string, string, (community: Community) => Promise<string> | string]>([
  ["that is no token", "malformed", () => "hello"],
  ["without certificates", "malformed", ({ app }) => statementOf(app, [], {}, { x5c: undefined })],
  ["with an empty list of certificates", "malformed", ({ app }) => statementOf(app, [], {}, { x5c: [] })],
  [
    "with certificates that are none",
    "malformed",
    ({ app }) => statementOf(app, [], {}, { x5c: ["AAAA", 3] }),
  ],
  ["with six certificates", "malformed", ({ app }) => statementOf(app, [app, app, app, app, app])],
  [
    "without an algorithm",
    "algorithm",
    async ({ app, intermediate }) => {
      const [, payload] = (await statementOf(app, [intermediate])).split(".");
      const header = btoa(JSON.stringify({ alg: "none", x5c: [app.base64, intermediate.base64] })).replaceAll(
        "=",
        "",
      );
      return `${header.replaceAll("+", "-").replaceAll("/", "_")}.${payload}.`;
    },
  ],
  [
    "signed with another key",
    "signature",
    ({ app, intermediate, root }) => statementOf(app, [intermediate], {}, {}, root.keys.privateKey),
  ],
  [
    "whose iss its certificate does not name",
    "untrusted_issuer",
    ({ app, intermediate }) =>
      statementOf(app, [intermediate], { iss: "https://bank.example", sub: "https://bank.example" }),
  ],
  [
    "whose iss is a part of the name",
    "untrusted_issuer",
    ({ app, intermediate }) =>
      statementOf(app, [intermediate], { iss: "https://app.example", sub: "https://app.example" }),
  ],
  [
    "whose sub is another",
    "subject",
    ({ app, intermediate }) => statementOf(app, [intermediate], { sub: "https://bank.example" }),
  ],
  [
    "for another server",
    "audience",
    ({ app, intermediate }) => statementOf(app, [intermediate], { aud: "https://other.example/register" }),
  ],
  [
    "for nobody",
    "claim_missing",
    ({ app, intermediate }) => statementOf(app, [intermediate], { aud: undefined } as never),
  ],
  [
    "without jti",
    "claim_missing",
    ({ app, intermediate }) => statementOf(app, [intermediate], { jti: undefined } as never),
  ],
  [
    "without iat",
    "claim_missing",
    ({ app, intermediate }) => statementOf(app, [intermediate], { iat: undefined } as never),
  ],
  [
    "without exp",
    "claim_missing",
    ({ app, intermediate }) => statementOf(app, [intermediate], { exp: undefined } as never),
  ],
  [
    "that lives longer than five minutes",
    "lifetime",
    ({ app, intermediate }) => statementOf(app, [intermediate], { exp: NOW + 301 }),
  ],
  [
    "that has expired",
    "expired",
    ({ app, intermediate }) => statementOf(app, [intermediate], { iat: NOW - 300, exp: NOW - 61 }),
  ],
  [
    "from the future",
    "issued_in_future",
    ({ app, intermediate }) => statementOf(app, [intermediate], { iat: NOW + 61, exp: NOW + 100 }),
  ],
  [
    "with a statement in it",
    "nested_statement",
    ({ app, intermediate }) => statementOf(app, [intermediate], { software_statement: "a.b.c" }),
  ],
  ["without the intermediate", "untrusted_issuer", ({ app }) => statementOf(app, [])],
  [
    "with the chain in another order",
    "untrusted_issuer",
    ({ app, intermediate, root }) => statementOf(app, [root, intermediate]),
  ],
  [
    "of another community",
    "untrusted_issuer",
    async () => {
      const other = await community();
      return statementOf(other.app, [other.intermediate, other.root]);
    },
  ],
  [
    "of a community that took the name",
    "untrusted_issuer",
    async () => {
      const root = await party({ name: "Community", ca: true });
      return statementOf(await party({ name, issuer: root, uris }), []);
    },
  ],
  [
    "with a certificate of its own making",
    "untrusted_issuer",
    async () => statementOf(await party({ name, uris }), []),
  ],
  [
    "signed by another application's certificate",
    "untrusted_issuer",
    async ({ intermediate, app }) =>
      statementOf(await party({ name, issuer: app, uris }), [app, intermediate]),
  ],
  [
    "by an authority itself",
    "untrusted_issuer",
    async ({ root }) =>
      statementOf(
        await party({ name, issuer: root, uris, ca: true, usages: KeyUsageFlags.digitalSignature }),
        [],
      ),
  ],
  [
    "with a certificate that has expired",
    "untrusted_issuer",
    async ({ root }) => statementOf(await party({ name, issuer: root, uris, until: NOW * 1000 - 1000 }), []),
  ],
  [
    "with a certificate that is not valid yet",
    "untrusted_issuer",
    async ({ root }) => statementOf(await party({ name, issuer: root, uris, from: NOW * 1000 + 1000 }), []),
  ],
  [
    "with an intermediate that has expired",
    "untrusted_issuer",
    async ({ root }) => {
      const late = await party({ name: "Late", issuer: root, ca: true, until: NOW * 1000 - 1000 });
      return statementOf(await party({ name, issuer: late, uris }), [late]);
    },
  ],
  [
    "with an intermediate that may not sign certificates",
    "untrusted_issuer",
    async ({ root }) => {
      const weak = await party({
        name: "Weak",
        issuer: root,
        ca: true,
        usages: KeyUsageFlags.digitalSignature,
      });
      return statementOf(await party({ name, issuer: weak, uris }), [weak]);
    },
  ],
  [
    "with an intermediate that is no authority",
    "untrusted_issuer",
    async ({ root }) => {
      const none = await party({ name: "None", issuer: root, usages: KeyUsageFlags.keyCertSign });
      return statementOf(await party({ name, issuer: none, uris }), [none]);
    },
  ],
  [
    "with an intermediate of another name",
    "untrusted_issuer",
    async ({ root }) => {
      const one = await party({ name: "One", issuer: root, ca: true });
      const other = await party({ name: "Other", issuer: root, ca: true, keys: one.keys });
      return statementOf(await party({ name, issuer: one, uris }), [other]);
    },
  ],
  [
    "with a longer path than an intermediate allows",
    "untrusted_issuer",
    async ({ root }) => {
      const first = await party({ name: "First", issuer: root, ca: true, pathLength: 0 });
      const second = await party({ name: "Second", issuer: first, ca: true });
      return statementOf(await party({ name, issuer: second, uris }), [second, first]);
    },
  ],
  [
    "with a certificate that is not for signatures",
    "untrusted_issuer",
    async ({ root }) =>
      statementOf(await party({ name, issuer: root, uris, usages: KeyUsageFlags.keyEncipherment }), []),
  ],
  [
    "with a certificate that is signed with SHA-1",
    "untrusted_issuer",
    async ({ root }) => statementOf(await party({ name, issuer: root, uris, signingHash: "SHA-1" }), []),
  ],
  [
    "with an unknown critical extension",
    "untrusted_issuer",
    async ({ root }) =>
      statementOf(
        await party({
          name,
          issuer: root,
          uris,
          extensions: [new Extension("1.2.3.4", true, new Uint8Array([5, 0]))],
        }),
        [],
      ),
  ],
  [
    "with an intermediate that is bound to names",
    "untrusted_issuer",
    async ({ root }) => {
      const bound = await party({
        name: "Bound",
        issuer: root,
        ca: true,
        extensions: [new Extension("2.5.29.30", false, new Uint8Array([0x30, 0]))],
      });
      return statementOf(await party({ name, issuer: bound, uris }), [bound]);
    },
  ],
])("a statement %s is refused: %s", async (_, reason, make) => {
  const all = await community();
  expect(await reasonOf(all.root, await make(all))).toBe(reason);
});

test("an anchor that has expired vouches for nobody", async () => {
  const root = await party({ name: "Old", ca: true, until: NOW * 1000 - 1000 });
  const app = await party({ name, issuer: root, uris });
  expect(await reasonOf(root, await statementOf(app, []))).toBe("untrusted_issuer");
});

test("a refused statement is not used up by it", async () => {
  const { root, intermediate, app } = await community();
  const verifier = verifierOf(root);
  const statement = await statementOf(app, [intermediate], { jti: "same" });
  const forged = await statementOf(app, [], { jti: "same" });
  expect((await verifier.verify(forged, NOW)).ok).toBe(false);
  expect((await verifier.verify(statement, NOW)).ok).toBe(true);
});

test("the operator is asked whether a certificate is revoked, and a question that fails is a 503", async () => {
  const { root, intermediate, app } = await community();
  const statement = () => statementOf(app, [intermediate]);
  const asked: number[] = [];
  const isRevoked = (chain: readonly Uint8Array[]) => {
    asked.push(chain.length);
    return true;
  };
  expect(await reasonOf(root, await statement(), { isRevoked })).toBe("not_approved");
  expect(asked).toEqual([2]);
  const failing = () => Promise.reject(new Error("away"));
  expect(await reasonOf(root, await statement(), { isRevoked: failing })).toBe("approval_failed");
  const replay = { spend: failing };
  expect(await reasonOf(root, await statement(), { replay })).toBe("replay_store_unavailable");
});

test("options that make no sense are a misuse", async () => {
  const { root } = await community();
  const misuse = (more: object) => misuseOf(() => verifierOf(root, more));
  expect(misuse({})).toBeUndefined();
  expect(misuse({ trustAnchors: [new Uint8Array(root.certificate.rawData)] })).toBeUndefined();
  expect(misuse({ trustAnchors: [] })).toBe("ERR_TRUST_ANCHOR");
  expect(misuse({ trustAnchors: ["-----BEGIN CERTIFICATE-----"] })).toBe("ERR_TRUST_ANCHOR");
  expect(misuse({ trustAnchors: [new Uint8Array(9)] })).toBe("ERR_TRUST_ANCHOR");
  expect(misuse({ audience: [] })).toBe("ERR_AUDIENCE_REQUIRED");
  expect(misuse({ replay: undefined })).toBe("ERR_REPLAY_STORE_REQUIRED");
  expect(misuse({ isRevoked: true })).toBe("ERR_OPTION");
  expect(misuse({ algorithms: ["HS256"] })).toBe("ERR_ALGORITHM");
});
