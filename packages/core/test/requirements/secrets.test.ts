import { afterEach, expect, test, vi } from "vitest";
import { inspect } from "node:util";
import { tokenHash } from "../../src/crypto/token-hash.js";
import { softwareStatements } from "../../src/software-statement/software-statements.js";
import {
  CONFIDENTIAL,
  managedRegistration,
  PUBLIC,
  updateOf,
  type Registered,
  CALLBACK,
  misuseOf,
  REGISTER,
} from "../support/managed-registration.js";
import { ISSUER, testKey } from "../json-web-token/token-issuer.js";

afterEach(() => {
  vi.restoreAllMocks();
});

/** A server where much goes wrong, and all that its operator ever reads. */
async function watchedRegistration() {
  const key = await testKey();
  const told: string[] = [];
  const tell = (...values: unknown[]) => void told.push(inspect(values, { depth: null, showHidden: true }));
  for (const method of ["log", "info", "warn", "error", "debug"] as const) {
    vi.spyOn(console, method).mockImplementation(tell);
  }
  let isDown = false;
  const made: string[] = [];
  const throwing = {
    name: "throwing",
    judge: ({ metadata }: { readonly metadata: { readonly client_name?: string } }) => {
      if (metadata.client_name === "defect") throw new Error("a defect");
      return { verdict: "accept" } as const;
    },
  };
  const managed = managedRegistration({
    audit: (event) => {
      tell(event);
      if (isDown) throw new Error("the log is full");
    },
    onError: tell,
    // All that is made from 256 random bits is a secret, also what no answer ever showed.
    randomBytes: (bytes) => {
      crypto.getRandomValues(bytes);
      if (bytes.length === 32) made.push(Buffer.from(bytes).toString("base64url"));
    },
    policies: { every: [throwing] },
    softwareStatements: softwareStatements({
      trustedIssuers: [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }],
    }),
    management: {
      rotateClientSecret: true,
      revokeTokens: () => {
        if (isDown) throw new Error("the tokens are elsewhere");
      },
    },
  });
  const working = { ...managed.store };
  const setDown = (down: boolean) => {
    isDown = down;
    const broken = Object.fromEntries(Object.keys(working).map((name) => [name, failing]));
    Object.assign(managed.store, down ? broken : working);
  };
  return { ...managed, key, told, made, setDown };
}

function failing(): never {
  throw new Error("the store is down");
}

test("R7591-35: no secret, no token and no hash of one is in an event, in what onError gets or on a console", async () => {
  const { registration, key, told, made, post, send, setDown, register } = await watchedRegistration();
  const secrets = new Set<string>();
  const planted = (value: string) => (secrets.add(value), value);
  const shown = <C extends Registered>(client: C) => {
    planted(client.registration_access_token);
    planted(client.client_secret ?? "none");
    return client;
  };
  const statuses: number[] = [];
  const done = (answer: { readonly status: number }) => void statuses.push(answer.status);

  // Registration: with a token that is good, spent, unknown, malformed or in the query.
  const { token } = await registration.initialAccessTokens.issue();
  planted(token);
  const client = shown(await register(CONFIDENTIAL, { authorization: `Bearer ${token}` }));
  done(await post(CONFIDENTIAL, token));
  done(await post(CONFIDENTIAL, planted(token.replace(/.{4}$/, "AAAA"))));
  done(await post(CONFIDENTIAL, planted("no~one's~token")));
  done(await send("POST", `${REGISTER}?access_token=${planted("query-token")}`, undefined, PUBLIC));

  // Bodies with secrets in them: ignored, refused, broken, too large.
  const leaky = {
    client_secret: planted("body-secret"),
    registration_access_token: planted("body-token"),
    software_statement: planted("body.state.ment"),
  };
  const { software_statement: _, ...ignored } = leaky;
  shown(await register({ ...CONFIDENTIAL, ...ignored }));
  done(await post({ ...CONFIDENTIAL, ...leaky }));
  done(await post({ redirect_uris: [CALLBACK], ...ignored, client_name: 7 }));
  const broken = `{"client_secret":"${planted("broken-secret")}"`;
  const headers = { "content-type": "application/json" };
  done(await registration.fetch(new Request(REGISTER, { method: "POST", headers, body: broken })));
  done(await post({ ...ignored, client_name: "x".repeat(70_000) }));
  done(await post({ ...CONFIDENTIAL, ...ignored, client_name: "defect" }));
  const signed = planted(await key.sign({ iss: ISSUER, client_name: "Signed" }));
  const stated = shown(await register({ ...CONFIDENTIAL, software_statement: signed }));
  done(await post({ ...CONFIDENTIAL, software_statement: planted(`${signed.slice(0, -8)}AAAAAAAA`) }));

  // Management: by its own token and by others, and by an update that repeats a wrong secret.
  const uri = client.registration_client_uri;
  const current = client.registration_access_token;
  done(await send("GET", uri, current));
  done(await send("GET", uri, planted("nobody's.token")));
  done(await send("GET", uri, stated.registration_access_token));
  done(await send("GET", `${uri}?access_token=${current}`));
  done(await send("PUT", uri, current, { ...updateOf(client), client_secret: planted("wrong-secret") }));
  done(await send("PUT", uri, current, client));

  // Everything behind the server is down, the audit log too.
  setDown(true);
  done(await post(CONFIDENTIAL));
  done(await send("PUT", uri, current, updateOf(client)));
  done(await send("DELETE", uri, current));
  setDown(false);

  const updated = await send("PUT", uri, current, updateOf(client));
  done(updated);
  const rotated = shown(updated.body as unknown as Registered);
  const fresh = await registration.rotateClientSecret(client.client_id);
  planted(fresh?.clientSecret ?? "none");
  done(await send("GET", uri, current));
  done(await send("DELETE", uri, rotated.registration_access_token));

  // All of that was seen for what it is, or the rest would prove nothing.
  expect(statuses).toEqual(
    [401, 401, 401, 400, 400, 400, 400, 413, 500, 400].concat(
      [200, 401, 401, 400, 400, 400],
      [503, 503, 503],
      [200, 401, 204],
    ),
  );
  expect(secrets).not.toContain("none");
  expect(made.length).toBeGreaterThan(10);
  for (const random of made) secrets.add(random).add(`odcr_rat_${random}`);
  const log = told.join("\n");
  for (const word of [
    "client_updated",
    "client_deleted",
    "the store is down",
    "the log is full",
    "a defect",
  ]) {
    expect(log).toContain(word);
  }
  for (const secret of secrets) {
    expect(log).not.toContain(secret);
    expect(log).not.toContain(tokenHash(secret));
  }
});

test("R7591-35: a revocation that fails says nothing of the client's secrets", async () => {
  const told: string[] = [];
  const { register, send, store } = managedRegistration({
    onError: (...values) => void told.push(inspect(values, { depth: null })),
    audit: (event) => void told.push(inspect(event, { depth: null })),
    management: { revokeTokens: () => Promise.reject(new Error("no token is there")) },
  });
  const client = await register(CONFIDENTIAL);
  const stored = await store.findClient(client.client_id);
  const { registration_client_uri: uri, registration_access_token: token } = client;
  expect((await send("DELETE", uri, token)).status).toBe(503);
  const log = told.join("\n");
  expect(log).toContain("no token is there");
  for (const secret of [
    token,
    client.client_secret,
    stored?.clientSecretHash,
    stored?.registrationAccessTokenHash,
  ]) {
    expect(secret).toMatch(/^.{43,}$/);
    expect(log).not.toContain(secret);
  }
});

const registrationAt = (urls: object) =>
  managedRegistration({
    authorizationServer: { issuer: "https://as.example", scopes_supported: ["read", "write"], ...urls },
  });

test.each([
  { registration_endpoint: "http://as.example/register" },
  { registration_endpoint: "HTTP://as.example/register" },
  { registration_endpoint: "http://192.168.0.7/register" },
  { registration_endpoint: "http://localhost.evil.example/register" },
  { registration_endpoint: "http://127.0.0.1.evil.example/register" },
  { registration_endpoint: "//as.example/register" },
  { issuer: "http://as.example" },
])("R7591-17, R7591-35: no registration is built without TLS: %j", (urls) => {
  expect(misuseOf(() => registrationAt(urls))).toBe("ERR_PUBLIC_URL");
});

test.each([
  { registration_endpoint: "https://as.example/register" },
  { registration_endpoint: "http://127.0.0.1:8080/register" },
  { registration_endpoint: "http://[::1]:8080/register" },
  { issuer: "http://localhost:8080" },
])(
  "R7591-17, R7591-35: a registration is built with TLS, and on the developer's own machine: %j",
  async (urls) => {
    const { registration, register } = registrationAt(urls);
    const { registration_endpoint } = registration.authorizationServerMetadata;
    const { registration_client_uri } = await register(CONFIDENTIAL, {}, registration_endpoint);
    expect(registration_client_uri.startsWith(`${registration_endpoint}/`)).toBe(true);
  },
);
