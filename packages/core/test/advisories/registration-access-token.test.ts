import { describe, expect, test } from "vitest";
import { tokenHash } from "../../src/crypto/token-hash.js";
import { CONFIDENTIAL, updateOf, type Answer } from "../support/managed-registration.js";
import {
  attackedRegistration,
  ENDPOINT,
  PRESET_NAMES,
  type PresetName,
  type Victim,
} from "../support/attacked-registration.js";

const METHODS = ["GET", "PUT", "DELETE"] as const;
const SECRETIVE = { ...CONFIDENTIAL, client_name: "Confidential Client", contacts: ["owner@app.example"] };

/** Two clients of one server, of which the first is attacked by whoever owns the second. */
async function victimAndAttacker(preset: PresetName) {
  const registration = attackedRegistration(preset);
  const [victim, attacker] = [
    await registration.innocent(SECRETIVE),
    await registration.innocent(CONFIDENTIAL),
  ];
  const records = async () => [
    await registration.record(victim.client_id),
    await registration.record(attacker.client_id),
  ];
  return { ...registration, victim, attacker, records, before: await records() };
}

function bodyOf(method: (typeof METHODS)[number], client: Victim): object | undefined {
  return method === "PUT"
    ? { ...updateOf(client), redirect_uris: ["https://evil.example/callback"] }
    : undefined;
}

/** What an attacker can read of an answer. */
const seen = ({ status, headers, text }: Answer) => ({ status, headers: [...headers], text });

describe.each(PRESET_NAMES)("CVE-2026-116672 (Authlib) with %s", (preset) => {
  test("R7592-6: no registration access token manages another client, and none tells whether there is one", async () => {
    const { victim, attacker, send, records, before, written } = await victimAndAttacker(preset);
    const writes = written.length;
    const nobody = `${ENDPOINT}/aaaaaaaaaaaaaaaaaaaaaaaaaa`;
    for (const method of METHODS) {
      const foreign = attacker.registration_access_token;
      const answers = [
        await send(method, victim.registration_client_uri, foreign, bodyOf(method, victim)),
        await send(method, victim.registration_client_uri, foreign, bodyOf(method, attacker)),
        await send(method, victim.registration_client_uri, "odcr_rat_made-up", bodyOf(method, victim)),
        await send(method, nobody, foreign, bodyOf(method, victim)),
        await send(method, `${ENDPOINT}/`, foreign, bodyOf(method, victim)),
      ].map(seen);
      expect(answers[0]?.status).toBe(401);
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size, method).toBe(1);
    }
    expect(await records()).toEqual(before);
    expect(written.length).toBe(writes);
  });

  test("nor does an update that names another client than its URL", async () => {
    const { victim, attacker, send, records, before } = await victimAndAttacker(preset);
    const answer = await send("PUT", attacker.registration_client_uri, attacker.registration_access_token, {
      ...updateOf(attacker),
      client_id: victim.client_id,
    });
    expect(answer.status).toBe(400);
    expect(await records()).toEqual(before);
  });

  test("nor does anything else that an attacker may have found", async () => {
    const { registration, victim, send, records, before } = await victimAndAttacker(preset);
    const { token } = await registration.initialAccessTokens.issue({ uses: 9 });
    const own = victim.registration_access_token;
    const found = [
      token,
      victim.client_id,
      victim.client_secret ?? "",
      tokenHash(own),
      before[0]?.registrationAccessTokenHash ?? "",
      before[0]?.clientSecretHash ?? "",
      own.slice(0, -1),
      `${own}A`,
      own.toUpperCase(),
      own.replace("odcr_rat_", ""),
      `${own},${own}`,
      "undefined",
      "null",
      "0".repeat(64),
      "",
    ];
    for (const method of METHODS) {
      for (const wrong of found) {
        const answer = await send(method, victim.registration_client_uri, wrong, bodyOf(method, victim));
        expect(answer.status, `${method} ${wrong}`).toBe(401);
      }
      const inQuery = `${victim.registration_client_uri}?access_token=${own}`;
      expect((await send(method, inQuery, undefined, bodyOf(method, victim))).status).toBe(400);
    }
    expect(await records()).toEqual(before);
  });

  test("nor its own, once it was replaced or its client deleted", async () => {
    const { victim, send, put } = await victimAndAttacker(preset);
    const renewed = (await put(victim, {})).body as Victim;
    expect(renewed.registration_access_token).not.toBe(victim.registration_access_token);
    expect((await put(victim, {})).status).toBe(401);
    const { registration_client_uri: uri, registration_access_token: token } = renewed;
    expect((await send("DELETE", uri, token)).status).toBe(204);
    for (const method of METHODS) {
      expect((await send(method, uri, token, bodyOf(method, renewed))).status, method).toBe(401);
    }
  });

  test("nor that of a client which had none: no hash on record is no empty hash", async () => {
    const { send, store, victim, record } = await victimAndAttacker(preset);
    const { registrationAccessTokenHash: _, ...bare } = await record(victim.client_id);
    await store.replaceClient({ ...bare, version: bare.version + 1 }, bare.version);
    for (const token of ["undefined", "0".repeat(64), victim.registration_access_token]) {
      expect((await send("GET", victim.registration_client_uri, token)).status).toBe(401);
    }
  });
});

describe.each(PRESET_NAMES)("CVE-2020-27838 (Keycloak) with %s", (preset) => {
  test("no client data without the client's own token, by any method on any path", async () => {
    const { registration, victim, attacker } = await victimAndAttacker(preset);
    const { token } = await registration.initialAccessTokens.issue({ uses: 99 });
    const secrets = [
      "Confidential Client",
      "owner@app.example",
      "app.example/callback",
      victim.client_secret ?? "missing",
      victim.registration_access_token,
    ];
    const id = victim.client_id;
    const urls = [
      ...[ENDPOINT, `${ENDPOINT}/`, `${ENDPOINT}?client_id=${id}`, `${ENDPOINT}//${id}`],
      ...[
        `${ENDPOINT}/${id}`,
        `${ENDPOINT}/${id}/`,
        `${ENDPOINT}/${id}?client_id=${id}`,
        `${ENDPOINT}/${id}.json`,
      ],
      ...[`${ENDPOINT}/${id}%20`, `${ENDPOINT}/${id}%00`, `${ENDPOINT}/x/../${id}`, `${ENDPOINT}/%2e/${id}`],
      ...[
        `https://as.example/${id}`,
        `https://as.example/clients/${id}`,
        `https://as.example/register/default/${id}`,
      ],
      "https://as.example/.well-known/oauth-authorization-server",
    ];
    const authorizations = [
      undefined,
      "Bearer",
      "Bearer ",
      `Bearer ${token}`,
      `Bearer ${attacker.registration_access_token}`,
      `Basic ${btoa(`${id}:${victim.client_secret ?? ""}`)}`,
      `DPoP ${victim.registration_access_token}`,
    ];
    for (const url of urls) {
      for (const method of ["GET", "HEAD", "OPTIONS", "PATCH", "DELETE", "REPORT"]) {
        for (const authorization of authorizations) {
          const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
          const response = await registration.fetch(new Request(url, { method, headers }));
          const shown = (await response.text()) + JSON.stringify([...response.headers]);
          expect(
            secrets.filter((secret) => shown.includes(secret)),
            `${method} ${url}`,
          ).toEqual([]);
        }
      }
    }
    expect(await registration.findClient(id)).toMatchObject({ ok: true });
  });

  test("a secret and its hash are in no answer but the first, and no hash or token is in any event", async () => {
    const { events, victim, send, put, before } = await victimAndAttacker(preset);
    const read = await send("GET", victim.registration_client_uri, victim.registration_access_token);
    const updated = await put(victim, {});
    const hidden = [
      victim.client_secret,
      before[0]?.clientSecretHash,
      before[0]?.registrationAccessTokenHash,
    ];
    for (const text of [read.text, updated.text]) {
      for (const secret of hidden) expect(text).not.toContain(secret);
    }
    const told = JSON.stringify(events);
    for (const secret of [...hidden, victim.registration_access_token]) expect(told).not.toContain(secret);
  });
});
