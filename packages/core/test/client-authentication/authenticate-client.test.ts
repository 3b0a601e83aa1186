import { describe, expect, test } from "vitest";
import { readPresentedCredentials } from "../../src/client-authentication/presented-credentials.js";
import { CONFIDENTIAL, managedRegistration, PUBLIC, START } from "../support/managed-registration.js";

const POST = { ...PUBLIC, token_endpoint_auth_method: "client_secret_post" };

function basic(clientId: string, secret: string): string {
  return `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`)}`;
}

async function registrationWith(body: object, options: Parameters<typeof managedRegistration>[0] = {}) {
  const managed = managedRegistration(options);
  const client = await managed.register(body);
  const authenticate = (parameters: Record<string, string>, authorization?: string) =>
    managed.registration.authenticateClient({ authorization, parameters: new URLSearchParams(parameters) });
  return { ...managed, client, id: client.client_id, secret: client.client_secret ?? "", authenticate };
}

describe("a client that authenticates", () => {
  test("by client_secret_basic", async () => {
    const { id, secret, authenticate } = await registrationWith(CONFIDENTIAL);
    expect(await authenticate({}, basic(id, secret))).toMatchObject({ ok: true, value: { clientId: id } });
    expect(await authenticate({ client_id: id }, basic(id, secret))).toMatchObject({ ok: true });
    expect(await authenticate({}, basic(id, secret).replace("Basic", "bAsIc"))).toMatchObject({ ok: true });
  });

  test("by client_secret_post", async () => {
    const { id, secret, authenticate } = await registrationWith(POST);
    expect(await authenticate({ client_id: id, client_secret: secret })).toMatchObject({ ok: true });
  });

  test("by its identifier alone when it is public, and an empty secret is none", async () => {
    const { id, authenticate } = await registrationWith(PUBLIC);
    expect(await authenticate({ client_id: id })).toMatchObject({ ok: true });
    expect(await authenticate({ client_id: id, client_secret: "" })).toMatchObject({ ok: true });
  });
});

describe("a client is refused", () => {
  test("with a wrong secret, another's secret, or none", async () => {
    const { id, register, authenticate } = await registrationWith(CONFIDENTIAL);
    const other = await register(CONFIDENTIAL);
    for (const wrong of ["wrong", "", other.client_secret ?? ""]) {
      expect(await authenticate({}, basic(id, wrong))).toEqual({
        ok: false,
        error: { kind: "invalid_client", reason: "wrong_secret", clientId: id },
      });
    }
    expect(await authenticate({ client_id: id })).toMatchObject({ error: { reason: "method" } });
  });

  test("by another method than it registered, though the secret is right", async () => {
    const { id, secret, authenticate } = await registrationWith(CONFIDENTIAL);
    expect(await authenticate({ client_id: id, client_secret: secret })).toMatchObject({
      error: { reason: "method" },
    });
    const posting = await registrationWith(POST);
    expect(await posting.authenticate({}, basic(posting.id, posting.secret))).toMatchObject({
      error: { reason: "method" },
    });
    const open = await registrationWith(PUBLIC);
    expect(await open.authenticate({ client_id: open.id, client_secret: "x" })).toMatchObject({
      error: { reason: "method" },
    });
  });

  test("when nobody knows it", async () => {
    const { authenticate } = await registrationWith(PUBLIC);
    const unknown = { error: { kind: "invalid_client", reason: "unknown_client" } };
    expect(await authenticate({ client_id: "nobody" })).toMatchObject(unknown);
    expect(await authenticate({}, basic("nobody", "x"))).toMatchObject(unknown);
  });

  test("with two methods at once, or a parameter twice", async () => {
    const { id, secret, registration } = await registrationWith(CONFIDENTIAL);
    const several = new URLSearchParams({ client_id: id, client_secret: secret });
    expect(
      await registration.authenticateClient({ authorization: basic(id, secret), parameters: several }),
    ).toMatchObject({ error: { reason: "several_methods" } });
    const twice = new URLSearchParams([
      ["client_id", id],
      ["client_id", "other"],
    ]);
    expect(await registration.authenticateClient({ parameters: twice })).toMatchObject({
      error: { reason: "malformed" },
    });
  });

  test.each([
    ["Basic", {}],
    ["Basic !!!", {}],
    [`Basic ${btoa("no colon")}`, {}],
    [`Basic ${btoa(":secret")}`, {}],
    [`Basic ${btoa("%zz:x")}`, {}],
    [`Basic ${btoa("a:b")}`, { client_id: "c" }],
    [undefined, { client_assertion: "a.b.c", client_assertion_type: "other" }],
    [undefined, { client_assertion: "nonsense" }],
  ])("with credentials that are none: %s %j", async (authorization, parameters) => {
    const { authenticate } = await registrationWith(CONFIDENTIAL);
    expect(await authenticate(parameters as Record<string, string>, authorization)).toMatchObject({
      error: { kind: "invalid_client", reason: "malformed" },
    });
  });

  test("without any credentials", async () => {
    const { authenticate } = await registrationWith(CONFIDENTIAL);
    expect(await authenticate({})).toMatchObject({ error: { reason: "no_credentials" } });
    expect(await authenticate({}, "Bearer x")).toMatchObject({ error: { reason: "no_credentials" } });
  });

  test("R7592-14: after it deleted itself", async () => {
    const { id, secret, client, send, authenticate } = await registrationWith(CONFIDENTIAL);
    await send("DELETE", client.registration_client_uri, client.registration_access_token);
    expect(await authenticate({}, basic(id, secret))).toMatchObject({
      error: { kind: "invalid_client", reason: "unknown_client" },
    });
  });

  test("while it awaits approval, until it has it", async () => {
    const { id, secret, store, registration, authenticate } = await registrationWith(CONFIDENTIAL);
    const stored = await store.findClient(id);
    if (!stored) throw new Error("lost");
    await store.replaceClient({ ...stored, status: "awaiting_approval", version: 2 }, 1);
    expect(await authenticate({}, basic(id, secret))).toMatchObject({
      error: { reason: "awaiting_approval" },
    });
    expect(
      registration.allowsRedirectUri(
        { ...stored, status: "awaiting_approval" },
        PUBLIC.redirect_uris[0] ?? "",
      ),
    ).toBe(false);
    expect(await registration.approveClient(id)).toBe(true);
    expect(await registration.approveClient(id)).toBe(false);
    expect(await registration.approveClient("nobody")).toBe(false);
    expect(await authenticate({}, basic(id, secret))).toMatchObject({ ok: true });
  });

  test("never for a store that is down: that is not its fault", async () => {
    const { id, secret, store, authenticate } = await registrationWith(CONFIDENTIAL);
    store.findClient = () => {
      throw new Error("down");
    };
    expect(await authenticate({}, basic(id, secret))).toMatchObject({ error: { kind: "unavailable" } });
  });
});

describe("a secret", () => {
  test("R7591-25: expires when its time is over", async () => {
    const { id, secret, client, time, authenticate } = await registrationWith(CONFIDENTIAL, {
      clientSecretTtlSeconds: 100,
    });
    expect(client["client_secret_expires_at"]).toBe(START / 1000 + 100);
    time.now = START + 99_999;
    expect(await authenticate({}, basic(id, secret))).toMatchObject({ ok: true });
    time.now = START + 100_000;
    expect(await authenticate({}, basic(id, secret))).toMatchObject({ error: { reason: "expired_secret" } });
  });

  test("is replaced by the operator, and the one before lives on for the grace time and no longer", async () => {
    const { id, secret, registration, time, authenticate } = await registrationWith(CONFIDENTIAL, {
      clientSecretGraceSeconds: 60,
    });
    const rotated = await registration.rotateClientSecret(id);
    if (!rotated) throw new Error("not rotated");
    expect(rotated).toEqual({
      clientSecret: expect.stringMatching(/^.{43}$/) as unknown,
      clientSecretExpiresAt: 0,
    });
    for (const good of [secret, rotated.clientSecret]) {
      expect(await authenticate({}, basic(id, good))).toMatchObject({ ok: true });
    }
    time.now += 60_000;
    expect(await authenticate({}, basic(id, secret))).toMatchObject({ error: { reason: "expired_secret" } });
    expect(await authenticate({}, basic(id, rotated.clientSecret))).toMatchObject({ ok: true });
    await registration.rotateClientSecret(id);
    expect(await authenticate({}, basic(id, secret))).toMatchObject({ error: { reason: "wrong_secret" } });
  });

  test("gets no longer life by its replacement than it had", async () => {
    const { id, secret, registration, time, authenticate } = await registrationWith(CONFIDENTIAL, {
      clientSecretTtlSeconds: 100,
      clientSecretGraceSeconds: 60,
    });
    time.now += 90_000;
    await registration.rotateClientSecret(id);
    time.now += 10_000;
    expect(await authenticate({}, basic(id, secret))).toMatchObject({ error: { reason: "expired_secret" } });
  });

  test("is not given to a client that would not use it", async () => {
    const { id, registration } = await registrationWith(PUBLIC);
    expect(await registration.rotateClientSecret(id)).toBe(undefined);
    expect(await registration.rotateClientSecret("nobody")).toBe(undefined);
  });

  test("is replaced once for each of many who ask at once, and the last answer holds", async () => {
    const { id, registration, store } = await registrationWith(CONFIDENTIAL);
    const answers = await Promise.all(Array.from({ length: 20 }, () => registration.rotateClientSecret(id)));
    expect(new Set(answers.map((answer) => answer?.clientSecret)).size).toBe(20);
    expect((await store.findClient(id))?.version).toBe(21);
  });
});

test("credentials are read from the characters that RFC 6749 section 2.3.1 encodes", () => {
  const read = readPresentedCredentials({
    authorization: `Basic ${btoa("a%3Ab+c:s%C3%A9cret%3A")}`,
    parameters: new URLSearchParams(),
  });
  expect(read).toEqual({
    ok: true,
    value: { method: "client_secret_basic", clientId: "a:b c", secret: "sécret:" },
  });
});

test("a form that cannot be read is no wrong secret, and nothing rejects", async () => {
  const { id, secret, registration } = await registrationWith(CONFIDENTIAL);
  const parameters = {
    getAll: () => {
      throw new Error("no form");
    },
  };
  expect(
    await registration.authenticateClient({ authorization: basic(id, secret), parameters }),
  ).toMatchObject({
    error: { kind: "unavailable" },
  });
});
