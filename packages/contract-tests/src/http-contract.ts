import type { Awaitable, JsonObject, JsonValue } from "@oauth-dcr/core";
import type { ContractRunner } from "./contract-runner.js";
import { ACCEPTED_CASES } from "./http-cases/accepted-cases.js";
import {
  CONFIDENTIAL_CLIENT,
  PUBLIC_CLIENT,
  type HttpAnswer,
  type HttpCase,
  type HttpTarget,
} from "./http-cases/http-case.js";
import { managementCases } from "./http-cases/management-cases.js";
import { MANNERS_CASES } from "./http-cases/manners-cases.js";
import { REFUSED_CASES } from "./http-cases/refused-cases.js";

/** A body that a client sends, and members of the answer; `undefined` for one that must not be there. */
export interface KnownRegistration {
  /** The name of the client that sends such a body. */
  readonly client: string;
  /** The metadata that the client sends. */
  readonly body: JsonObject;
  /** Members of the answer. */
  readonly answer: Readonly<Record<string, JsonValue | RegExp | undefined>>;
}

/** What `httpContract` needs of an adapter. */
export interface HttpContractOptions {
  /** The name of the adapter, for the names of the tests. */
  readonly name: string;
  /**
   * Serves a registration of `mcpPreset` that admits anybody, with `acceptInitialAccessTokens` and `clientManagement` on,
   * and `maxBodyBytes` and `corsOrigins` left alone.
   */
  readonly createFetch: () => Awaitable<HttpTarget>;
  /** Serves the same with a rate limit, in a window of at least a minute, that nobody used up before. */
  readonly limited?:
    { readonly limit: number; readonly createFetch: () => Awaitable<HttpTarget> } | undefined;
  /** Default `/register`. */
  readonly registrationPath?: string;
  /** Default `/.well-known/oauth-authorization-server`. */
  readonly discoveryPath?: string;
  /** What clients are known to send. */
  readonly registrations?: readonly KnownRegistration[];
  /**
   * What a framework did with the body before us: `read` it to its end, or `parsed` it as JSON, with an answer of its
   * own to what it does not like. Default `untouched`.
   */
  readonly body?: "untouched" | "read" | "parsed";
}

/** Every request of the contract; `httpContract` sends them one by one. */
export const HTTP_CASES: readonly HttpCase[] = [...ACCEPTED_CASES, ...REFUSED_CASES, ...MANNERS_CASES];

/**
 * The one list of what is asked over HTTP, through whatever serves it: a framework, a runtime, a proxy.
 *
 * @example
 * ```ts
 * import { describe, expect, it, beforeAll, afterAll } from "vitest";
 * import type { ClientRegistration } from "@oauth-dcr/core";
 * import { httpContract } from "@oauth-dcr/contract-tests";
 *
 * declare const registration: ClientRegistration;
 *
 * httpContract(
 *   { describe, expect, it, beforeAll, afterAll },
 *   {
 *     name: "fetch itself",
 *     createFetch: () => ({
 *       fetch: (path, init) => registration.fetch(new Request(`https://as.example${path}`, init)),
 *     }),
 *   },
 * );
 * ```
 * @see RFC 7591 section 3 https://www.rfc-editor.org/rfc/rfc7591#section-3
 */
export function httpContract(runner: ContractRunner, options: HttpContractOptions): void {
  const { describe, it, expect } = runner;
  const answeredBefore = ANSWERED_BEFORE[options.body ?? "untouched"];
  const paths = {
    registration: options.registrationPath ?? "/register",
    discovery: options.discoveryPath ?? "/.well-known/oauth-authorization-server",
    elsewhere: "/elsewhere",
  };

  describe(`${options.name}: HTTP contract`, () => {
    const target = started(options.createFetch);

    for (const httpCase of HTTP_CASES) {
      if (answeredBefore.includes(httpCase.bodyMustBe)) continue;
      it(httpCase.name, async () => {
        const { to = "registration", method = "POST" } = httpCase;
        const response = await target().fetch(paths[to], requestOf(httpCase));
        await expectAnswer(response, httpCase.answer, to === "registration" && method !== "HEAD");
      });
    }

    for (const { client, body, answer } of options.registrations ?? []) {
      it(`registers ${client}`, async () => {
        const response = await register(target(), body);
        const isPublic = body["token_endpoint_auth_method"] === "none";
        await expectAnswer(response, {
          status: 201,
          body: {
            redirect_uris: body["redirect_uris"],
            client_secret: isPublic ? undefined : /./,
            client_secret_expires_at: isPublic ? undefined : 0,
            ...answer,
          },
        });
      });
    }

    managementCases({ it, expect }, target, paths.registration, expectAnswer, [
      ...(options.registrations ?? []),
      { client: "a public client", body: PUBLIC_CLIENT },
      { client: "a confidential client", body: CONFIDENTIAL_CLIENT },
    ]);

    it("gives each of several registrations an identifier and a secret of its own", async () => {
      const answers: JsonObject[] = [];
      for (let i = 0; i < 5; i++) {
        const response = await register(target(), CONFIDENTIAL_CLIENT);
        answers.push((await response.json()) as JsonObject);
      }
      for (const member of ["client_id", "client_secret"]) {
        expect(new Set(answers.map((answer) => answer[member])).size, member).toBe(answers.length);
      }
    });

    it("answers many at once", async () => {
      const responses = await Promise.all(
        Array.from({ length: 20 }, () => register(target(), PUBLIC_CLIENT)),
      );
      expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 201));
      await Promise.all(responses.map((response) => response.text()));
    });
  });

  const { limited } = options;
  if (limited) {
    describe(`${options.name}: rate limit`, () => {
      const target = started(limited.createFetch);

      it("answers 429 over the limit, whatever address the caller claims to have", async () => {
        for (let i = 0; i < limited.limit; i++) {
          await expectAnswer(await register(target(), PUBLIC_CLIENT), { status: 201 });
        }
        for (const claim of [{}, { "x-forwarded-for": "203.0.113.7" }, { forwarded: "for=203.0.113.8" }]) {
          await expectAnswer(await register(target(), PUBLIC_CLIENT, claim), {
            status: 429,
            headers: {
              "retry-after": /^[1-9]\d*$/,
              ratelimit: /^"registration";r=0;t=[1-9]\d*$/,
              "ratelimit-policy": new RegExp(`^"registration";q=${limited.limit};w=[1-9]\\d*$`),
              "access-control-allow-origin": "*",
            },
            body: { error: "too_many_requests" },
          });
        }
      });
    });
  }

  /** Starts what is tested before the cases of the surrounding `describe`, and stops it behind them. */
  function started(create: () => Awaitable<HttpTarget>): () => HttpTarget {
    let target: HttpTarget | undefined;
    runner.beforeAll(async () => {
      target = await create();
    });
    runner.afterAll(async () => target?.close?.());
    return () => {
      if (!target) throw new Error("the target did not start");
      return target;
    };
  }

  function register(
    target: HttpTarget,
    body: object,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return target.fetch(paths.registration, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  /** `isOurs` for an answer of the registration endpoint, which follows rules of its own. */
  async function expectAnswer(response: Response, answer: HttpAnswer, isOurs = true): Promise<void> {
    const text = await response.text();
    expect(response.status, text).toBe(answer.status);
    const headers = { ...(isOurs && answer.status !== 204 && UNCACHED_JSON), ...answer.headers };
    for (const [name, expected] of Object.entries(headers))
      expectValue(response.headers.get(name), expected, name);

    if (answer.withholds) expect(text.includes(answer.withholds), text).toBe(false);
    if (answer.status === 204) expect(text).toBe("");
    if (answer.status === 204 || (!answer.body && !isOurs)) return;
    const body = JSON.parse(text) as JsonObject;
    for (const [name, expected] of Object.entries(answer.body ?? {})) expectValue(body[name], expected, name);
    // Neither null nor "" nor [] tells a client anything (RFC 7591 section 3.2.1).
    const hollow = Object.keys(body).filter((name) =>
      ["null", '""', "[]"].includes(JSON.stringify(body[name])),
    );
    expect(hollow).toEqual([]);
    // RFC 6749 section 5.2 leaves these characters to an error_description.
    if ("error" in body) expect(body["error_description"]).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  }

  function expectValue(actual: unknown, expected: unknown, name: string): void {
    if (expected instanceof RegExp) expect(String(actual), name).toMatch(expected);
    else expect(actual, name).toEqual(expected);
  }
}

/** Which cases are a framework's own to answer, by what it did with the body. */
const ANSWERED_BEFORE: Readonly<Record<"untouched" | "read" | "parsed", readonly HttpCase["bodyMustBe"][]>> =
  {
    untouched: [],
    read: ["unread"],
    parsed: ["unread", "unparsed"],
  };

const UNCACHED_JSON = {
  "content-type": "application/json",
  "cache-control": "no-store",
  pragma: "no-cache",
} as const;

function requestOf({ method = "POST", headers, body }: HttpCase): RequestInit {
  const sent = body?.() ?? null;
  const init: RequestInit & { duplex: "half" } = {
    method,
    headers: headers ?? (sent === null ? {} : { "content-type": "application/json" }),
    body: sent,
    duplex: "half",
  };
  return init;
}
