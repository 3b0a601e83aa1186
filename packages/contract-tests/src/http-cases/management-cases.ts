import type { JsonObject } from "@oauth-dcr/core";
import type { ContractRunner } from "../contract-runner.js";
import { PUBLIC_CLIENT, type HttpAnswer, type HttpTarget } from "./http-case.js";

type ExpectAnswer = (response: Response, answer: HttpAnswer) => Promise<void>;

const REFUSED: HttpAnswer = {
  status: 401,
  headers: { "www-authenticate": 'Bearer realm="client-registration", error="invalid_token"' },
  body: { error: "invalid_token", client_name: undefined },
};

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A client, as the client configuration endpoint shows it to itself. */
interface ManagedClient {
  readonly answer: JsonObject;
  readonly token: string;
  readonly send: (method: string, token?: string, body?: JsonObject) => Promise<Response>;
}

/**
 * The part of the contract about clients that manage themselves.
 *
 * @see RFC 7592 section 2 https://www.rfc-editor.org/rfc/rfc7592#section-2
 */
export function managementCases(
  { it, expect }: Pick<ContractRunner, "it" | "expect">,
  target: () => HttpTarget,
  registrationPath: string,
  expectAnswer: ExpectAnswer,
  registrations: readonly { readonly client: string; readonly body: object }[],
): void {
  async function registered(metadata: object): Promise<ManagedClient> {
    const response = await target().fetch(registrationPath, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(metadata),
    });
    const answer = (await response.json()) as JsonObject;
    const uri = text(answer["registration_client_uri"]);
    // The public URL leads to the endpoint by the way that the operator made for it.
    expect(uri).toMatch(new RegExp(`^https://.*/${text(answer["client_id"])}$`));
    return {
      answer,
      token: text(answer["registration_access_token"]),
      send: (method, token, body) =>
        target().fetch(`${registrationPath}/${text(answer["client_id"])}`, {
          method,
          headers: {
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
            ...(body && { "content-type": "application/json" }),
          },
          body: body ? JSON.stringify(body) : null,
        }),
    };
  }

  it("a client reads itself, and reads the same again", async () => {
    const { answer, token, send } = await registered(PUBLIC_CLIENT);
    for (let i = 0; i < 2; i++) await expectAnswer(await send("GET", token), { status: 200, body: answer });
  });

  for (const { client, body } of registrations) {
    it(`what ${client} was answered, less four members, is a legal update; it ends the token and answers with another`, async () => {
      const { answer, token, send } = await registered(body);
      const { client_secret: _, ...unchanged } = updateOf(answer);
      const response = await send("PUT", token, updateOf(answer));
      const next = text(((await response.clone().json()) as JsonObject)["registration_access_token"]);
      await expectAnswer(response, { status: 200, body: unchanged });
      expect(next === token).toBe(false);
      await expectAnswer(await send("GET", token), REFUSED);
      await expectAnswer(await send("GET", next), { status: 200, body: unchanged });
    });
  }

  it("an update with a member that only answers have is refused and changes nothing", async () => {
    const { answer, token, send } = await registered(PUBLIC_CLIENT);
    const change = { ...updateOf(answer), client_name: "Changed", client_id_issued_at: 1 };
    await expectAnswer(await send("PUT", token, change), {
      status: 400,
      body: { error: "invalid_client_metadata", error_description: /client_id_issued_at/ },
    });
    await expectAnswer(await send("GET", token), { status: 200, body: answer });
  });

  it("another client's token is refused like none that ever was, by every method", async () => {
    const one = await registered(PUBLIC_CLIENT);
    const other = await registered(PUBLIC_CLIENT);
    for (const method of ["GET", "PUT", "DELETE"]) {
      const body = method === "PUT" ? updateOf(one.answer) : undefined;
      for (const token of [other.token, "nonsense"]) {
        await expectAnswer(await one.send(method, token, body), REFUSED);
      }
    }
    await expectAnswer(await one.send("GET", one.token), { status: 200 });
  });

  it("no token gets a challenge without an error", async () => {
    const { send } = await registered(PUBLIC_CLIENT);
    await expectAnswer(await send("GET"), {
      status: 401,
      headers: { "www-authenticate": 'Bearer realm="client-registration"' },
      body: { error: undefined },
    });
  });

  it("a client that deletes itself is gone", async () => {
    const { token, send } = await registered(PUBLIC_CLIENT);
    await expectAnswer(await send("DELETE", token), {
      status: 204,
      headers: { "cache-control": "no-store" },
    });
    for (const method of ["GET", "DELETE"]) await expectAnswer(await send(method, token), REFUSED);
  });

  it("another method is answered with those that there are, and a preflight too", async () => {
    const { token, send } = await registered(PUBLIC_CLIENT);
    const allow = "GET, PUT, DELETE, OPTIONS";
    await expectAnswer(await send("PATCH", token), { status: 405, headers: { allow } });
    await expectAnswer(await send("OPTIONS"), {
      status: 204,
      headers: { allow, "access-control-allow-methods": allow, "access-control-allow-origin": "*" },
    });
  });

  it("a bad initial access token is refused though anybody may register without one", async () => {
    const response = await target().fetch(registrationPath, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer nonsense" },
      body: JSON.stringify(PUBLIC_CLIENT),
    });
    await expectAnswer(response, REFUSED);
  });
}

/** An answer without the members that RFC 7592 section 2.2 keeps out of an update. */
function updateOf(answer: JsonObject): JsonObject {
  const {
    registration_access_token: _1,
    registration_client_uri: _2,
    client_secret_expires_at: _3,
    client_id_issued_at: _4,
    ...update
  } = answer;
  return update;
}
