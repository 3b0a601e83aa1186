import { describe, expect, test, vi } from "vitest";
import { softwareStatements } from "../../src/software-statement/software-statements.js";
import {
  CONFIDENTIAL,
  PUBLIC,
  START,
  textOf,
  updateOf,
  CALLBACK,
  REGISTER,
  managedRegistration,
} from "../support/managed-registration.js";
import { ISSUER, testKey } from "../json-web-token/token-issuer.js";

/** A server that trusts one issuer, and what that issuer signs. */
async function statedRegistration() {
  const key = await testKey();
  const trustedIssuers = [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }];
  const managed = managedRegistration({ softwareStatements: softwareStatements({ trustedIssuers }) });
  const statement = (claims: object) => key.sign({ iss: ISSUER, software_id: "editor", ...claims });
  return { ...managed, statement };
}

describe("a software statement", () => {
  test("R7591-15: that was used is in every answer as it was sent, its claims at the top level", async () => {
    const { statement, register, send } = await statedRegistration();
    const first = await statement({ client_name: "Editor", tos_uri: "https://editor.example/terms" });
    const client = await register({ ...PUBLIC, client_name: "Mine", software_statement: first });
    const claims = {
      client_name: "Editor",
      software_id: "editor",
      tos_uri: "https://editor.example/terms",
    };
    expect(client).toMatchObject({ ...claims, software_statement: first });
    const uri = client.registration_client_uri;
    const read = await send("GET", uri, client.registration_access_token);
    expect(read.body).toMatchObject({ ...claims, software_statement: first });

    const next = await statement({ client_name: "Editor 2" });
    const update = { ...updateOf(client), client_name: "Mine", software_statement: next };
    const updated = await send("PUT", uri, client.registration_access_token, update);
    expect(updated.status).toBe(200);
    expect(updated.body).toMatchObject({ client_name: "Editor 2", software_statement: next });
  });

  test("R7591-15: that was not used is not in the answer, nor are its claims", async () => {
    const { statement } = await statedRegistration();
    const { register } = managedRegistration();
    const client = await register({
      ...PUBLIC,
      client_name: "Mine",
      software_statement: await statement({ client_name: "Editor" }),
    });
    expect(client).toMatchObject({ client_name: "Mine" });
    expect(client).not.toHaveProperty("software_statement");
    expect(client).not.toHaveProperty("software_id");
  });
});

describe("a request", () => {
  const sendAs = async (type: string | undefined, method = "POST") => {
    const { registration, store } = managedRegistration();
    const created = vi.spyOn(store, "createClient");
    const body = method === "GET" ? null : new TextEncoder().encode(JSON.stringify(PUBLIC));
    const headers = type === undefined ? {} : { "content-type": type };
    const response = await registration.fetch(new Request(REGISTER, { method, headers, body }));
    return { response, created: created.mock.calls.length };
  };

  test.each(["application/json", "application/json; charset=utf-8", "Application/JSON ;charset=UTF-8"])(
    "R7591-17: may be a POST of %s",
    async (type) => {
      const { response, created } = await sendAs(type);
      expect([response.status, created]).toEqual([201, 1]);
    },
  );

  test.each([
    undefined,
    "",
    "text/json",
    "text/plain",
    "application/jsonp",
    "application/json-patch+json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=application/json",
  ])("R7591-17: registers nobody when its body is %s", async (type) => {
    const { response, created } = await sendAs(type);
    expect([response.status, created]).toEqual([415, 0]);
  });

  test.each(["GET", "PUT", "PATCH", "DELETE"])("R7591-17: registers nobody as %s", async (method) => {
    const { response, created } = await sendAs("application/json", method);
    expect([response.status, created]).toEqual([405, 0]);
    expect(response.headers.get("allow")?.split(", ")).toContain("POST");
  });

  test("R7591-20: chooses nothing that the server assigns, neither by its body nor by a statement", async () => {
    const { statement, register, store } = await statedRegistration();
    const chosen = {
      client_id: "chosen",
      client_secret: "chosen",
      client_id_issued_at: 1,
      client_secret_expires_at: 1,
      registration_access_token: "chosen",
      registration_client_uri: "https://evil.example/chosen",
    };
    const software_statement = await statement(chosen);
    for (const body of [
      { ...CONFIDENTIAL, ...chosen },
      { ...CONFIDENTIAL, software_statement },
    ]) {
      const { software_statement: _, ...client } = await register(body);
      expect(client.client_id).toMatch(/^[a-z2-7]{26}$/);
      expect(client.client_secret).toMatch(/^[\w-]{43}$/);
      expect(client).toMatchObject({ client_id_issued_at: START / 1000, client_secret_expires_at: 0 });
      expect(JSON.stringify(client)).not.toContain("chosen");
    }
    expect(await store.findClient("chosen")).toBeUndefined();
  });
});

describe("a refusal", () => {
  const NAME = '\u65e5\u672c\u8a9e "quoted" \\ \u0007';

  test.each<[unknown, string]>([
    [{ redirect_uris: [`https://app.example/${NAME}`] }, "invalid_redirect_uri"],
    [{ redirect_uris: NAME }, "invalid_redirect_uri"],
    [{}, "invalid_redirect_uri"],
    [{ redirect_uris: [CALLBACK], client_name: NAME }, "invalid_client_metadata"],
    [{ redirect_uris: [CALLBACK], grant_types: [NAME] }, "invalid_client_metadata"],
    [{ redirect_uris: [CALLBACK], [`client_name#${NAME}`]: 7, scope: NAME }, "invalid_client_metadata"],
    [{ redirect_uris: [CALLBACK], client_uri: NAME, jwks: NAME, contacts: [7] }, "invalid_client_metadata"],
    [[NAME], "invalid_client_metadata"],
    [NAME, "invalid_client_metadata"],
    [null, "invalid_client_metadata"],
  ])(
    "R7591-27: of %j is 400 with a code and a description in ASCII, and nothing more",
    async (body, error) => {
      const { post } = managedRegistration();
      const answer = await post(body);
      expect([answer.status, answer.body["error"]]).toEqual([400, error]);
      expect(Object.keys(answer.body).sort()).toEqual(["error", "error_description"]);
      // RFC 6749 section 5.2 says which characters.
      expect(textOf(answer.body, "error_description")).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
      expect(answer.headers.get("content-type")).toBe("application/json");
    },
  );

  test("R7591-27: has another status where another specification sets it", async () => {
    const { post, registration } = managedRegistration({ maxBodyBytes: 200 });
    expect((await post(PUBLIC, "nonsense")).status).toBe(401);
    expect((await post({ ...PUBLIC, client_name: "x".repeat(200) })).status).toBe(413);
    const form = new Request(REGISTER, { method: "POST", body: new URLSearchParams({ a: "b" }) });
    expect((await registration.fetch(form)).status).toBe(415);
  });
});
