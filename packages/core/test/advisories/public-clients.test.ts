import { describe, expect, test } from "vitest";
import { CONFIDENTIAL, PUBLIC } from "../support/managed-registration.js";
import {
  attackedRegistration,
  PRESET_NAMES,
  type AttackedRegistration,
  type Victim,
} from "../support/attacked-registration.js";

const SECRETS = ["clientSecretHash", "clientSecretExpiresAt", "previousClientSecret"];

function basic(clientId: string, secret: string): string {
  return `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`)}`;
}

/** Which of its three ways a client gets in by. */
async function waysIn({ registration }: AttackedRegistration, { client_id }: Victim, client_secret: string) {
  const none = await registration.authenticateClient({ parameters: new URLSearchParams({ client_id }) });
  const post = await registration.authenticateClient({
    parameters: new URLSearchParams({ client_id, client_secret }),
  });
  const header = await registration.authenticateClient({
    authorization: basic(client_id, client_secret),
    parameters: new URLSearchParams(),
  });
  return { none: none.ok, post: post.ok, basic: header.ok };
}

describe.each(PRESET_NAMES)("CVE-2026-44476 (doorkeeper-openid_connect) with %s", (preset) => {
  test.each([
    ["asks for no secret", {}],
    ["sends a secret of its own", { client_secret: "chosen", client_secret_expires_at: 0 }],
    [
      "calls itself confidential",
      { confidential: true, client_type: "confidential", application_type: "web" },
    ],
    ["offers other methods", { token_endpoint_auth_methods_supported: ["none", "client_secret_post"] }],
    [
      "brings keys",
      { jwks: { keys: [{ kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }] } },
    ],
  ])("a public client that %s has none, on record or in the answer", async (_what, attack) => {
    const registration = attackedRegistration(preset);
    const client = await registration.innocent({ ...PUBLIC, ...attack });
    expect(Object.keys(client).filter((name) => name.startsWith("client_secret"))).toEqual([]);
    const record = await registration.record(client.client_id);
    for (const field of SECRETS) expect(record).not.toHaveProperty(field);
    expect(record.metadata.token_endpoint_auth_method).toBe("none");
    expect(record.requirements).toEqual({ pkce: true });
    for (const secret of ["chosen", "", "undefined"]) {
      expect(await waysIn(registration, client, secret)).toEqual({
        none: true,
        post: secret === "",
        basic: false,
      });
    }
    expect(await registration.registration.rotateClientSecret(client.client_id)).toBeUndefined();
  });

  test("a client with a secret does not get in without it", async () => {
    const registration = attackedRegistration(preset);
    const client = await registration.innocent(CONFIDENTIAL);
    const secret = client.client_secret ?? "";
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(await waysIn(registration, client, secret)).toEqual({ none: false, post: false, basic: true });
    expect(await waysIn(registration, client, "")).toEqual({ none: false, post: false, basic: false });
  });

  test("the secret goes when its client becomes public, and a new one comes when it is none no more", async () => {
    const registration = attackedRegistration(preset);
    const client = await registration.innocent(CONFIDENTIAL);
    const first = client.client_secret ?? "";
    await registration.registration.rotateClientSecret(client.client_id);

    const madePublic = await registration.put(client, {
      token_endpoint_auth_method: "none",
      client_secret: first,
    });
    expect(madePublic.status).toBe(200);
    expect(madePublic.body).not.toHaveProperty("client_secret");
    const record = await registration.record(client.client_id);
    for (const field of SECRETS) expect(record).not.toHaveProperty(field);
    expect(record.requirements).toEqual({ pkce: true });
    expect(await waysIn(registration, client, first)).toEqual({ none: true, post: false, basic: false });

    const again = await registration.put(madePublic.body as Victim, {
      token_endpoint_auth_method: "client_secret_basic",
    });
    const second = again.body["client_secret"] as string;
    expect(second).not.toBe(first);
    expect(await waysIn(registration, client, first)).toEqual({ none: false, post: false, basic: false });
    expect(await waysIn(registration, client, second)).toEqual({ none: false, post: false, basic: true });
  });

  test("a public client cannot choose a secret by an update, nor shed PKCE while it is public", async () => {
    const registration = attackedRegistration(preset);
    const client = await registration.innocent();
    expect((await registration.put(client, { client_secret: "chosen" })).status).toBe(400);
    const changed = await registration.put(client, {
      require_pkce: false,
      requirements: {},
      confidential: true,
    });
    expect(changed.status).toBe(200);
    expect((await registration.record(client.client_id)).requirements).toEqual({ pkce: true });
  });

  test("no two clients have one secret", async () => {
    const registration = attackedRegistration(preset);
    const secrets = new Set<unknown>();
    for (let i = 0; i < 20; i++) secrets.add((await registration.innocent(CONFIDENTIAL)).client_secret);
    expect(secrets.size).toBe(20);
  });
});
