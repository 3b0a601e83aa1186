import { describe, expect, test } from "vitest";
import { createClientRegistration } from "../../src/client-registration.js";
import { MisuseError } from "../../src/lib/misuse.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { CONFIDENTIAL, managedRegistration } from "../support/managed-registration.js";

describe("deleting", () => {
  test("R7592-13, R7592-14: revokes the tokens, deletes the record, answers 204 without a body; afterwards all is 401", async () => {
    const revoked: string[] = [];
    const { register, send, store, events } = managedRegistration({
      management: { revokeTokens: (client) => void revoked.push(client.clientId) },
    });
    const client = await register(CONFIDENTIAL);
    const { registration_client_uri: uri, registration_access_token: token } = client;
    const answer = await send("DELETE", uri, token);
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(answer.headers.get("content-type")).toBe(null);
    expect(revoked).toEqual([client.client_id]);
    expect(await store.findClient(client.client_id)).toBe(undefined);
    expect(events.at(-1)).toMatchObject({ type: "client_deleted", clientId: client.client_id });
    for (const method of ["GET", "PUT", "DELETE"]) {
      expect((await send(method, uri, token, method === "PUT" ? {} : undefined)).status).toBe(401);
    }
    expect(revoked).toHaveLength(1);
  });

  test("R7592-14: keeps the client, with a 503, when its tokens cannot be revoked", async () => {
    let isDown = true;
    const { register, send, store, events } = managedRegistration({
      management: {
        revokeTokens: async () => {
          await Promise.resolve();
          if (isDown) throw new Error("token store at 10.0.0.1 is down");
        },
      },
    });
    const { client_id, registration_client_uri: uri, registration_access_token: token } = await register();
    const failed = await send("DELETE", uri, token);
    expect(failed.status).toBe(503);
    expect(failed.text).not.toContain("10.0.0.1");
    expect(await store.findClient(client_id)).toBeDefined();
    expect(events.at(-1)).toMatchObject({ reason: "revocation_failed" });
    isDown = false;
    expect((await send("DELETE", uri, token)).status).toBe(204);
  });

  test("at once from ten connections deletes once", async () => {
    const { register, send } = managedRegistration();
    const { registration_client_uri: uri, registration_access_token: token } = await register();
    const answers = await Promise.all(Array.from({ length: 10 }, () => send("DELETE", uri, token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      204,
      ...Array.from({ length: 9 }, () => 401),
    ]);
  });

  test("R7592-14: management without a way to revoke tokens does not start", () => {
    for (const clientManagement of [{}, { revokeTokens: "later" }, null, true]) {
      expect(() =>
        createClientRegistration({
          ...mcpPreset({ issuer: "https://as.example" }),
          store: memoryStore(),
          audit: () => undefined,
          clientManagement: clientManagement as never,
        }),
      ).toThrow(MisuseError);
    }
    for (const wrong of [{ operations: [] }, { operations: ["list"] }, { rotateClientSecret: "yes" }]) {
      expect(() => managedRegistration({ management: wrong as never })).toThrow(MisuseError);
    }
  });
});
