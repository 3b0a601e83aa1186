import { describe, expect, test } from "vitest";
import { policyTable } from "../../src/policy/policy-table.js";
import { sameHostDisplayUris } from "../../src/policy/same-host-display-uris.js";
import { PUBLIC, textOf, updateOf } from "../client-configuration-endpoint/managed-desk.js";
import { registrationDesk } from "./request.js";

const DISPLAY = ["client_uri", "logo_uri", "tos_uri", "policy_uri", "logo_uri#ja"];
const OWN = "https://app.example/page";

const dropping = () => registrationDesk({ policies: policyTable({ every: [sameHostDisplayUris()] }) });
const refusing = () =>
  registrationDesk({ policies: policyTable({ every: [sameHostDisplayUris({ mismatch: "refuse" })] }) });

describe("addresses that a consent page shows", () => {
  test.each(DISPLAY)(
    "OIDC-9, R7591-31: %s stays where its host and scheme are a redirect URI's",
    async (name) => {
      for (const { post } of [dropping(), refusing()]) {
        const { status, body } = await post({ ...PUBLIC, [name]: OWN });
        expect([status, body[name]]).toEqual([201, OWN]);
      }
    },
  );

  test.each(
    DISPLAY.flatMap((name) =>
      ["https://bank.example/page", "https://app.example.evil.example/", "https://evil-app.example/"].map(
        (uri) => [name, uri] as const,
      ),
    ),
  )("OIDC-9, R7591-31: %s of %s is not registered, or is refused", async (name, uri) => {
    const { post, store } = dropping();
    const { status, body } = await post({ ...PUBLIC, [name]: uri });
    expect(status).toBe(201);
    expect(body).not.toHaveProperty([name]);
    const stored = await store.findClient(textOf(body, "client_id"));
    expect(stored?.metadata).not.toHaveProperty([name]);

    const answer = await refusing().post({ ...PUBLIC, [name]: uri });
    expect([answer.status, answer.body["error"]]).toEqual([400, "invalid_client_metadata"]);
    expect(answer.text).toContain(name);
    expect(answer.text).not.toContain(uri);
  });

  test("OIDC-9, R7591-31: of another scheme are another's", async () => {
    const answer = await refusing().post({ ...PUBLIC, client_uri: "http://app.example/page" });
    expect([answer.status, answer.body["error"]]).toEqual([400, "invalid_client_metadata"]);
  });

  test("OIDC-9, R7591-31: are compared in an update too, of the addresses and of the redirect URIs", async () => {
    const { register, send } = refusing();
    const client = await register({ ...PUBLIC, logo_uri: OWN });
    const { registration_client_uri: uri, registration_access_token: token } = client;
    const update = updateOf(client);
    for (const change of [
      { logo_uri: "https://bank.example/logo" },
      { redirect_uris: ["https://evil.example/callback"] },
    ]) {
      expect((await send("PUT", uri, token, { ...update, ...change })).status).toBe(400);
    }
    expect((await send("GET", uri, token)).body).toMatchObject({ logo_uri: OWN });
    const moved = { redirect_uris: ["https://new.example/callback"], logo_uri: "https://new.example/logo" };
    expect((await send("PUT", uri, token, { ...update, ...moved })).body).toMatchObject(moved);
  });

  test("OIDC-9, R7591-31: are left alone by a server that has no such policy", async () => {
    const uri = "https://bank.example/page";
    expect((await registrationDesk().post({ ...PUBLIC, client_uri: uri })).body["client_uri"]).toBe(uri);
  });
});
