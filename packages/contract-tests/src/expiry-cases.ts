import type { RegistrationStore } from "@oauth-dcr/core";
import type { ContractRunner } from "./contract-runner.js";
import { EVERYTHING_CLIENT, many, NOW, pending, scribble, STATUSES } from "./store-samples.js";

/** The part of the store contract about clients that have expired, and how many there are of each kind. */
export function expiryCases(
  { it, expect }: Pick<ContractRunner, "it" | "expect">,
  newStore: () => Promise<RegistrationStore>,
): void {
  it("finds the clients that have expired by an instant, the longest expired first", async () => {
    const store = await newStore();
    const ending = (index: number) => pending(`ending-${index}`, { expiresAt: NOW + index });
    for (const index of [3, 0, 12, 4, 1, 2]) await store.createClient(ending(index));
    await store.createClient(pending("staying"));
    await store.createClient({ ...EVERYTHING_CLIENT, expiresAt: NOW - 1 });
    const first = { ...EVERYTHING_CLIENT, expiresAt: NOW - 1 };
    const expired = [first, ending(0), ending(1), ending(2)];
    expect(await store.findExpiredClients(NOW + 2, 100)).toEqual(expired);
    expect(await store.findExpiredClients(NOW + 2, 4)).toEqual(expired);
    expect(await store.findExpiredClients(NOW + 2, 3)).toEqual(expired.slice(0, 3));
    expect(await store.findExpiredClients(NOW - 1, 3)).toEqual([first]);
    expect(await store.findExpiredClients(NOW - 2, 3)).toEqual([]);
    scribble(await store.findExpiredClients(NOW + 2, 100));
    expect(await store.findExpiredClients(NOW + 2, 100)).toEqual(expired);
    const all = await store.findExpiredClients(Number.MAX_SAFE_INTEGER, 100);
    expect(all.map(({ clientId }) => clientId).includes("staying")).toBe(false);
    expect(all.length).toBe(7);
  });

  it("deletes those of the clients it is given that have expired, and says which", async () => {
    const store = await newStore();
    const clients = STATUSES.map((status) => pending(status, { status, expiresAt: NOW }));
    const spared = [
      pending("not given", { expiresAt: NOW }),
      pending("later", { expiresAt: NOW + 1 }),
      pending("staying"),
    ];
    for (const client of [...clients, ...spared]) await store.createClient(client);
    const odd = [
      "",
      "nobody",
      "%",
      "_",
      "PENDING",
      "pending\u0000",
      "\ud800",
      "') OR ('1'='1",
      '"',
      "\\",
      "[",
    ];
    const given = [...odd, "later", ...STATUSES, "staying"];
    const deleted = await store.deleteExpiredClients(given, NOW);
    expect([...deleted].sort()).toEqual([...STATUSES].sort());
    for (const status of STATUSES) expect(await store.findClient(status)).toBe(undefined);
    for (const client of spared) expect(await store.findClient(client.clientId)).toEqual(client);
    expect(await store.deleteExpiredClients(given, NOW)).toEqual([]);
    expect(await store.deleteExpiredClients([], NOW)).toEqual([]);
    expect((await store.findClient("not given"))?.clientId).toBe("not given");
  });

  it("spares clients that were renewed after they were found", async () => {
    const store = await newStore();
    for (const clientId of ["used", "kept", "shared", "left"]) {
      await store.createClient(pending(clientId, { fingerprint: clientId, expiresAt: NOW }));
    }
    const found = (await store.findExpiredClients(NOW, 9)).map(({ clientId }) => clientId);
    expect([...found].sort()).toEqual(["kept", "left", "shared", "used"]);
    await store.recordClientUse("used", { at: NOW - 1, expiresAt: NOW + 1 });
    await store.changeClientStatus("kept", { from: ["pending"], to: "active" });
    await store.createClient(pending("again", { fingerprint: "shared", expiresAt: NOW + 1 }));
    expect(await store.deleteExpiredClients(found, NOW)).toEqual(["left"]);
    for (const clientId of ["used", "kept", "shared"]) {
      expect((await store.findClient(clientId))?.clientId).toBe(clientId);
    }
  });

  it("deletes no client whose use at the same moment was recorded, and deletes each once", async () => {
    const store = await newStore();
    const names = many(40, (index) => `client-${index}`);
    for (const name of names) await store.createClient(pending(name, { expiresAt: NOW }));
    const sweep = async () => store.deleteExpiredClients(names, NOW);
    const use = async (name: string) => store.recordClientUse(name, { at: NOW - 1 });
    const [early, one, late, other] = await Promise.all([
      Promise.all(names.slice(0, 10).map(use)),
      sweep(),
      Promise.all(names.slice(10, 20).map(use)),
      sweep(),
    ]);
    const deleted = [...one, ...other];
    expect(new Set(deleted).size).toBe(deleted.length);
    for (const [index, name] of names.entries()) {
      const outcome = [...early, ...late][index]?.outcome ?? "not_found";
      expect(outcome, name).toBe(deleted.includes(name) ? "not_found" : "recorded");
      expect((await store.findClient(name))?.clientId).toBe(deleted.includes(name) ? undefined : name);
    }
  });

  it("counts clients by status, and those that have expired apart", async () => {
    const store = await newStore();
    const none = { pending: 0, active: 0, awaiting_approval: 0, disabled: 0, expired: 0 };
    const counted = async (now: number) => {
      const counts: Record<string, number> = { ...none };
      for (const { status, clients } of await store.countClients(now)) counts[status] = clients;
      return counts;
    };
    expect(await counted(NOW)).toEqual(none);
    for (const [index, status] of STATUSES.entries()) {
      for (const number of many(index + 1, (one) => one)) {
        await store.createClient(pending(`${status}-${number}`, { status }));
      }
      await store.createClient(pending(`${status} that ends`, { status, expiresAt: NOW + index }));
    }
    const staying = { pending: 1, active: 2, awaiting_approval: 3, disabled: 4 };
    const plus = (...more: readonly number[]) =>
      Object.fromEntries(STATUSES.map((status, index) => [status, staying[status] + (more[index] ?? 0)]));
    expect(await counted(NOW - 1)).toEqual({ ...plus(1, 1, 1, 1), expired: 0 });
    expect(await counted(NOW)).toEqual({ ...plus(0, 1, 1, 1), expired: 1 });
    expect(await counted(NOW + 1)).toEqual({ ...plus(0, 0, 1, 1), expired: 2 });
    expect(await counted(NOW + 3)).toEqual({ ...plus(), expired: 4 });
  });
}
