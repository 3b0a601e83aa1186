import { describe, expect, test } from "vitest";
import { clientAdministration, type ReadClientHistory } from "../../src/administration/index.js";
import type { AuditEvent } from "../../src/audit/audit-event.js";
import { createClientRegistration } from "../../src/client-registration.js";
import type { ClientRegistrationOptions } from "../../src/configuration/options.js";
import { tokenGatedPreset } from "../../src/configuration/presets.js";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { memoryStore } from "../../src/store/memory-store.js";
import type { RegisteredClient } from "../../src/store/records.js";

const METADATA = { redirect_uris: ["https://app.example/callback"], client_name: "An app", scope: "read" };

/** A server, and its operator's tools, whose history is in a list. */
function server(options: Partial<ClientRegistrationOptions> = {}, isKept = true) {
  const events: AuditEvent[] = [];
  const asked: unknown[] = [];
  const given: ClientRegistrationOptions = {
    ...tokenGatedPreset({ issuer: "https://as.example", scopes_supported: ["read", "write"] }),
    store: memoryStore(),
    audit: (event) => void events.push(event),
    ...options,
  };
  const readHistory: ReadClientHistory = (clientId, page) => {
    asked.push(page);
    const ours = events.flatMap((event, index) =>
      "clientId" in event && event.clientId === clientId ? [{ position: index + 1, event }] : [],
    );
    return { events: ours.reverse().slice(0, page.limit), next: 1 };
  };
  const registration = createClientRegistration(given);
  const tools = clientAdministration(given, isKept ? { readHistory } : {});
  const register = async (more: object = {}) => {
    const { token, record } = await registration.initialAccessTokens.issue({ label: "CI", owner: "team-a" });
    const registered = await registration.registerClient(
      { ...METADATA, ...more },
      { initialAccessToken: token },
    );
    if (!registered.ok) throw new Error(registered.error.kind);
    return { client: registered.value.client, token, record };
  };
  return { ...tools, registration, given, register, asked, events };
}

describe("inspectClient", () => {
  test("tells the record, why it was accepted, and what happened to it, the newest first", async () => {
    const { register, inspectClient, registration, administerClient, asked } = server({
      policies: { initialAccessToken: [holdForApproval({ name: "look_first" })] },
    });
    const { client, record, token } = await register();
    await registration.approveClient(client.clientId, { reason: "known" });
    await administerClient(client.clientId, { tier: "approved", owner: "team-b" });
    const inspected = await inspectClient(client.clientId);
    expect(inspected).toMatchObject({
      client: { clientId: client.clientId, status: "pending", administration: { owner: "team-b" } },
      findings: [],
      history: { isKept: true },
    });
    expect(inspected?.acceptance).toEqual({
      source: "initial_access_token",
      owner: "team-a",
      policies: ["look_first"],
      constraints: {},
      tier: "approved",
      initialAccessToken: {
        id: record.id,
        label: "CI",
        owner: "team-a",
        issuedAt: record.issuedAt,
        expiresAt: record.expiresAt,
        usesLeft: 0,
      },
    });
    const { history } = inspected ?? {};
    expect(history?.isKept === true && history.events.map(({ event }) => event.type)).toEqual([
      "client_administered",
      "client_approved",
      "initial_access_token_spent",
      "client_registered",
    ]);
    expect(JSON.stringify(inspected)).not.toContain(token);
    expect(JSON.stringify(inspected)).not.toContain(record.tokenHash);
    await inspectClient(client.clientId, { limit: 2, before: 9 });
    expect(asked).toEqual([{ limit: 100 }, { limit: 2, before: 9 }]);
  });

  test("tells what the rules of today find in what was stored yesterday", async () => {
    const { register, given } = server();
    const { client } = await register({ scope: "read write" });
    const preset = tokenGatedPreset({ issuer: "https://as.example", scopes_supported: ["read"] });
    const strict = clientAdministration({ ...given, ...preset });
    const inspected = await strict.inspectClient(client.clientId);
    expect(inspected?.findings).toEqual([
      expect.objectContaining({ member: "scope", severity: expect.any(String) as string }),
    ]);
    expect(inspected?.client).toEqual(await given.store.findClient(client.clientId));
  });

  test("names a token by its identifier alone where its record is gone", async () => {
    const { register, given } = server();
    const { client, record } = await register();
    const store = { ...given.store, findInitialAccessToken: () => undefined };
    const { inspectClient } = clientAdministration({ ...given, store });
    expect((await inspectClient(client.clientId))?.acceptance.initialAccessToken).toEqual({ id: record.id });
  });

  test("finds nothing in the record of a document, which is not the whole of it", async () => {
    const { inspectClient, given } = server();
    const client: RegisteredClient = {
      clientId: "https://app.example/client.json",
      clientIdIssuedAt: 1,
      version: 1,
      status: "active",
      requirements: {},
      origin: { source: "metadata_document", policies: [], document: { digest: "d", fetchedAt: 1 } },
      metadata: {},
    };
    await given.store.createClient(client);
    const inspected = await inspectClient(client.clientId);
    expect(inspected).not.toHaveProperty("findings");
    expect(inspected?.acceptance).toEqual({ source: "metadata_document", policies: [], tier: "unknown" });
  });

  test("says that no history is kept where events cannot be read again", async () => {
    const { register, inspectClient, clientHistory } = server({}, false);
    const { client } = await register();
    expect((await inspectClient(client.clientId))?.history).toEqual({ isKept: false });
    expect(await clientHistory(client.clientId)).toEqual({ isKept: false });
  });

  test("knows no client that is gone, whose history stays", async () => {
    const { inspectClient, clientHistory, register, given } = server();
    const { client } = await register();
    await given.store.deleteClient(client.clientId);
    expect(await inspectClient(client.clientId)).toBeUndefined();
    expect(await clientHistory(client.clientId, { limit: 1 })).toMatchObject({
      isKept: true,
      events: [{ event: { type: "initial_access_token_spent" } }],
    });
  });

  test.each([
    [{ limit: 0 }, "limit"],
    [{ limit: 1001 }, "at most 1000"],
    [{ before: 0 }, "before"],
    [{ befor: 5 }, "did you mean before?"],
  ])("refuses %j", async (page, message) => {
    const { inspectClient, clientHistory } = server();
    await expect(inspectClient("a", page as never)).rejects.toThrow(message);
    await expect(clientHistory("a", page as never)).rejects.toThrow(message);
  });

  test("cannot be built with a history that is no function", () => {
    const { given } = server();
    expect(() => clientAdministration(given, { readHistory: {} as never })).toThrow("readHistory must be");
  });
});
