import { expect, test } from "vitest";
import { auditSinks } from "../../src/audit/audit-sinks.js";
import { tokenHash } from "../../src/crypto/token-hash.js";
import {
  openTelemetryLogs,
  openTelemetryMetrics,
  tracedRegistration,
  tracedStore,
} from "../../src/opentelemetry/index.js";
import { openRegistration } from "../../src/access/open-registration.js";
import { memoryStore } from "../../src/store/memory-store.js";
import {
  CONFIDENTIAL,
  managedRegistration,
  PUBLIC,
  textOf,
  updateOf,
} from "../support/managed-registration.js";
import { CALLBACK, REGISTER } from "../support/managed-registration.js";
import { watched } from "./watched.js";

const { telemetry, logger, exported } = watched();

test("no secret, no token, no hash of one and no error's message is in what is exported", async () => {
  const secrets = new Set<string>();
  const planted = (value: string) => (secrets.add(value), value);
  let down: "store" | "limits" | "grants" | undefined;
  const made: string[] = [];
  const store = memoryStore();
  const names = Object.keys(store) as (keyof typeof store)[];
  const breakable = Object.fromEntries(
    names.map((name) => [
      name,
      (...args: never[]) => {
        if (down !== "store") return (store[name] as (...all: never[]) => unknown)(...args);
        const text = planted(`postgres://oauth:hunter-of-${name}@db failed on ${JSON.stringify(args)}`);
        throw Object.assign(new Error(text), { code: text, name: text, cause: new Error(text) });
      },
    ]),
  );
  const { registration: plain } = managedRegistration({
    store: tracedStore(breakable as never, telemetry),
    access: openRegistration({
      rateLimiter: {
        consume() {
          if (down === "limits") throw new Error(planted("redis://:hunter-of-limits@cache"));
          return { allowed: true };
        },
      },
      acceptInitialAccessTokens: true,
    }),
    audit: auditSinks(openTelemetryMetrics(telemetry.meter), openTelemetryLogs(logger)),
    // All that is made from 256 random bits is a secret, also what no answer ever showed.
    randomBytes: (bytes) => {
      crypto.getRandomValues(bytes);
      if (bytes.length === 32) made.push(Buffer.from(bytes).toString("base64url"));
    },
    management: {
      rotateClientSecret: true,
      revokeTokens: () => {
        if (down === "grants") throw new Error(planted("hunter-of-grants"));
      },
    },
  });
  const registration = tracedRegistration(plain, telemetry);
  const statuses: number[] = [];
  async function send(method: string, url: string, body?: unknown, token?: string): Promise<never> {
    const headers = {
      "content-type": "application/json",
      cookie: planted("session=hunter-of-cookies"),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await registration.fetch(
      new Request(url, { method, headers, body: body === undefined ? null : text }),
    );
    statuses.push(response.status);
    const answer = await response.text();
    return (answer === "" ? {} : JSON.parse(answer)) as never;
  }

  const { token } = await registration.initialAccessTokens.issue();
  planted(token);
  const client = await send("POST", REGISTER, CONFIDENTIAL, token);
  const uri = textOf(client, "registration_client_uri");
  const current = planted(textOf(client, "registration_access_token"));
  const secret = planted(textOf(client, "client_secret"));
  await send("POST", REGISTER, CONFIDENTIAL, planted(token.replace(/.{4}$/, "AAAA")));
  await send("POST", `${REGISTER}?access_token=${planted("query-token")}`, PUBLIC);
  await send("POST", REGISTER, {
    redirect_uris: [CALLBACK],
    client_name: 7,
    client_secret: planted("body-secret"),
    software_statement: planted("body.state.ment"),
  });
  await send("POST", REGISTER, `{"client_secret":"${planted("broken-secret")}"`);
  await send("GET", `${REGISTER}/${current}`, undefined, current);
  await send("GET", `https://as.example/${planted("path-secret")}`, undefined, current);
  await send("GET", uri, undefined, planted("nobody's.token"));
  await send("PUT", uri, { ...updateOf(client), client_secret: planted("wrong-secret") }, current);

  const parameters = new URLSearchParams();
  const basic = (text: string) => `Basic ${planted(btoa(`${textOf(client, "client_id")}:${text}`))}`;
  const known = await registration.authenticateClient({ authorization: basic(secret), parameters });
  const wrong = basic(planted("wrong-basic"));
  await registration.authenticateClient({ authorization: wrong, parameters });
  await registration.registerClient(PUBLIC, { initialAccessToken: planted("direct-token") });
  await registration.rotateClientSecret(textOf(client, "client_id"));

  const found = await plain.findClient(textOf(client, "client_id"));
  const stored = found.ok ? found.value : undefined;

  down = "limits";
  await send("POST", REGISTER, CONFIDENTIAL);
  down = "grants";
  await send("DELETE", uri, undefined, current);
  down = "store";
  await send("POST", REGISTER, CONFIDENTIAL);
  expect(await registration.findClient("one")).toMatchObject({ error: { kind: "unavailable" } });
  await expect(registration.initialAccessTokens.issue()).rejects.toThrow(
    "hunter-of-createInitialAccessToken",
  );
  await registration.authenticateClient({ authorization: wrong, parameters });
  down = undefined;
  await send("GET", uri, undefined, current);

  // All of that was seen for what it is, or the rest would prove nothing.
  expect(known.ok).toBe(true);
  expect(statuses).toEqual([201, 401, 400, 400, 400, 401, 404, 401, 400, 503, 503, 503, 200]);
  for (const hash of [stored?.clientSecretHash, stored?.registrationAccessTokenHash]) {
    expect(hash).toMatch(/^[\da-f]{64}$/);
  }
  expect(made.length).toBeGreaterThan(3);
  for (const random of made) secrets.add(random).add(`odcr_rat_${random}`);
  const text = await exported();
  for (const word of ["oauth_dcr.client_registered", "oauth_dcr.store.createClient", "wrong_secret"]) {
    expect(text).toContain(word);
  }
  for (const value of secrets) {
    expect(text).not.toContain(value);
    expect(text).not.toContain(tokenHash(value));
  }
  expect(text).not.toContain("hunter");
});
