import { memoryStore } from "../src/memory.js";
import { registrationStoreContract } from "../../contract-tests/src/registration-store-contract.js";
import { describe, expect, it } from "vitest";

registrationStoreContract({ describe, it, expect }, { name: "memory", createStore: () => memoryStore() });

describe("a search by name", () => {
  it("finds a twin with invisible characters, and is the same with them", async () => {
    const store = memoryStore();
    for (const name of ["Claude", "Cla\uFE00ude", "\u200B\u3164Claude", "C\u{E0041}l\u00ADaude"]) {
      await store.createClient({
        ...{ clientId: name, clientIdIssuedAt: 1, version: 1, status: "pending", requirements: {} },
        ...{ origin: { source: "open", policies: [] }, metadata: { client_name: name } },
      });
    }
    for (const text of ["claude", "c\u200Dlaude"]) {
      expect((await store.findClients({ text }, { limit: 10 })).clients).toHaveLength(4);
    }
  });
});

describe("memoryStore with many clients", () => {
  const CLIENTS = 10_000;

  /** A store that counts how many of its clients a search looks at. */
  function filled() {
    const store = memoryStore();
    for (let index = 0; index < CLIENTS; index += 1) {
      const client = {
        clientId: `client-${String((index * 7919) % CLIENTS).padStart(5, "0")}`,
        clientIdIssuedAt: 1,
        version: 1,
        status: "pending",
        requirements: {},
        origin: { source: "open", policies: [] },
        metadata: { client_name: index === 4711 ? "Needle" : "Hay" },
        expiresAt: 1000 + (index % 100),
      } as const;
      void store.createClient(client);
    }
    return store;
  }

  it("looks at 2,000 of them for a page, and finds what there is page by page", async () => {
    const store = filled();
    const sizes: number[] = [];
    let after: string | undefined;
    do {
      const page = await store.findClients(
        { text: "needle" },
        { limit: 10, ...(after !== undefined && { after }) },
      );
      sizes.push(page.clients.length);
      after = page.next;
    } while (after !== undefined);
    expect(sizes).toHaveLength(CLIENTS / 2000);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1);
    const page = await store.findClients({ text: "hay" }, { limit: 10 });
    expect(page.clients).toHaveLength(10);
    expect(page.next).toBe("client-00009");
  });

  it("counts and finds those that have expired, by expiry, and none that were deleted", async () => {
    const store = filled();
    const kind = { source: "open", tier: "unknown" } as const;
    expect(await store.countClients(0)).toEqual([{ ...kind, status: "pending", clients: CLIENTS }]);
    expect(await store.countClients(1009)).toEqual([
      { ...kind, status: "pending", clients: CLIENTS - 1000 },
      { ...kind, status: "expired", clients: 1000 },
    ]);
    const first = await store.findExpiredClients(1009, 150);
    expect(first.map(({ expiresAt }) => expiresAt)).toEqual([
      ...Array.from({ length: 100 }, () => 1000),
      ...Array.from({ length: 50 }, () => 1001),
    ]);
    const gone = first.map(({ clientId }) => clientId);
    expect(await store.deleteExpiredClients(gone, 1009)).toEqual(gone);
    expect(await store.countClients(1009)).toContainEqual({ ...kind, status: "expired", clients: 850 });
    await store.recordClientUse("client-00050", { at: 900 });
    expect(await store.countClients(2000)).toContainEqual({ ...kind, status: "active", clients: 1 });
  });
});
