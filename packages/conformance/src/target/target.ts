import { described, isSuccess, objectIn, type Answer } from "../http/answer.js";
import type { PoliteClient } from "../http/polite-client.js";
import type { Settings } from "../options.js";
import { shown } from "../shown-text.js";
import { Skip } from "../skip.js";
import { once } from "./once.js";
import { discover, type Discovery } from "./discovery.js";
import { managedClient, type ManagedClient } from "./managed-client.js";
import type { RegisteredClients } from "./registered-clients.js";

/** A body of a registration. */
export type Body = Readonly<Record<string, unknown>>;

/** A registration that was tried. */
export interface Registration {
  readonly sent: Body;
  readonly answer: Answer;
  /** The members of the answer; empty when it is no JSON object. */
  readonly client: Readonly<Record<string, unknown>>;
}

/** How one registration differs from the usual. */
export interface RegistrationOptions {
  /** Does not delete the client at once. */
  readonly keep?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is, in place of the JSON of the body. */
  readonly text?: string;
}

/** The server that is checked, with all that the checks share. What was asked once is remembered. */
export interface Target {
  readonly settings: Settings;
  readonly client: PoliteClient;
  readonly clients: RegisteredClients;
  readonly discovery: () => Promise<Discovery>;
  /** @throws Skip when there is none that may be asked */
  readonly registrationEndpoint: () => Promise<string>;
  /** Sends one registration. The client is deleted at once. */
  readonly register: (what: string, body: Body, options?: RegistrationOptions) => Promise<Registration>;
  /** As `register`, after an ordinary registration was accepted: only then does a refusal say something. */
  readonly probe: (what: string, body: Body, options?: RegistrationOptions) => Promise<Registration>;
  /** The first registration: a public client with an https redirect URI. Whatever the answer was. */
  readonly first: () => Promise<Registration>;
  /** @throws Skip unless it was accepted */
  readonly publicClient: () => Promise<Registration>;
  /** @throws Skip unless a client with a secret was accepted */
  readonly confidentialClient: () => Promise<Registration>;
  /** A client to read, update and delete. @throws Skip for a server without RFC 7592 */
  readonly managedClient: () => Promise<ManagedClient>;
  /** A body that is accepted where the server accepts any, with a name that no other has. */
  readonly plainBody: (more?: Body) => Body;
}

export const CALLBACK = "https://client.example/callback";

export function target(settings: Settings, client: PoliteClient, clients: RegisteredClients): Target {
  const run = crypto.randomUUID().slice(0, 8);
  let bodies = 0;
  const plainBody = (more: Body = {}): Body => {
    bodies += 1;
    return {
      client_name: `Conformance check ${run} ${bodies}`,
      redirect_uris: [CALLBACK],
      grant_types: ["authorization_code"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
      ...more,
    };
  };

  const discovery = once(() => discover(client, settings.url));
  const registrationEndpoint = once(async () => {
    if (settings.registrationEndpoint !== undefined) return settings.registrationEndpoint;
    const { metadata } = await discovery();
    const endpoint = metadata["registration_endpoint"];
    if (typeof endpoint !== "string" || !URL.canParse(endpoint)) {
      throw new Skip("discovery names no registration endpoint; give registrationEndpoint");
    }
    if (new URL(endpoint).origin !== new URL(settings.url).origin) {
      throw new Skip(
        `the registration endpoint ${shown(endpoint)} has another origin than the issuer, and was not asked; name it with registrationEndpoint`,
      );
    }
    return endpoint;
  });

  const register: Target["register"] = async (what, body, { keep = false, headers, text } = {}) => {
    const { initialAccessToken } = settings;
    const answer = await client.send({
      what,
      method: "POST",
      url: await registrationEndpoint(),
      headers: {
        "content-type": "application/json",
        ...(initialAccessToken !== undefined && { authorization: `Bearer ${initialAccessToken}` }),
        ...headers,
      },
      body: text ?? JSON.stringify(body),
    });
    clients.remember(answer);
    const registered = objectIn(answer);
    if (!keep) await clients.remove(registered["client_id"]);
    return { sent: body, answer, client: registered };
  };

  const first = once(() => register("of an ordinary registration", plainBody(), { keep: true }));
  const publicClient = once(async () => accepted(await first(), settings));
  const confidentialClient = once(async () => {
    await publicClient();
    const body = plainBody({ token_endpoint_auth_method: "client_secret_basic" });
    const registration = await register("of a client with a secret", body, { keep: true });
    const { answer, client: registered } = registration;
    if (!isSuccess(answer)) throw new Skip(`no client with a secret is registered: ${described(answer)}`);
    if (typeof registered["client_secret"] !== "string") throw new Skip("the server issued no client_secret");
    return registration;
  });

  return {
    settings,
    client,
    clients,
    discovery,
    registrationEndpoint,
    register,
    probe: async (what, body, options) => {
      await publicClient();
      const registration = await register(what, body, options);
      const { answer } = registration;
      if (answer.status !== 401 && answer.status !== 403) return registration;
      throw new Skip(`the server no longer accepts the same credentials: ${described(answer)}`);
    },
    first,
    publicClient,
    confidentialClient,
    managedClient: once(async () => {
      const open = (await publicClient()).client;
      // A server may let only clients with a secret manage themselves.
      const isManaged = open["registration_client_uri"] !== undefined;
      return managedClient(isManaged ? open : (await confidentialClient()).client, client, clients);
    }),
    plainBody,
  };
}

function accepted(registration: Registration, { initialAccessToken }: Settings): Registration {
  const { answer } = registration;
  if (isSuccess(answer)) return registration;
  if (answer.status === 401 || answer.status === 403) {
    const which =
      initialAccessToken === undefined ? "needs an initial access token" : "refused the initial access token";
    throw new Skip(`registration ${which}: ${described(answer)}`);
  }
  throw new Skip(`an ordinary registration was refused: ${described(answer)}`);
}
