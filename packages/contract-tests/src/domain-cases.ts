import type { RegistrationStore } from "@oauth-dcr/core";
import type { ContractRunner } from "./contract-runner.js";
import { everyPage, idsOf } from "./search-cases.js";
import { NOW, pending, provenAt } from "./store-samples.js";

/** The part of the store contract about domains that vouch for clients. */
export function domainCases(
  { it, expect }: Pick<ContractRunner, "it" | "expect">,
  newStore: () => Promise<RegistrationStore>,
): void {
  it("counts and finds a client as domain_verified while each of its domains vouches for it, and no longer", async () => {
    const store = await newStore();
    const redirect_uris = ["https://client.example/cb", "https://CLIENT.example:8443/other"];
    await store.createClient(pending("client", { metadata: { redirect_uris } }));
    const verified = async () => idsOf(await everyPage(store, { tier: "domain_verified" }));
    const proof = provenAt(NOW);
    expect(await verified()).toEqual([]);
    await store.changeClientAdministration("client", { administration: { notes: "n", domains: [proof] } });
    expect(await verified()).toEqual(["client"]);
    expect(await tiers(store)).toEqual(["domain_verified"]);

    const moved = { redirect_uris: [...redirect_uris, "https://other.example/cb"] };
    await store.replaceClient(pending("client", { version: 3, metadata: moved }), 2);
    expect((await store.findClient("client"))?.administration).toEqual({ notes: "n", domains: [proof] });
    expect(await verified()).toEqual([]);
    expect(await tiers(store)).toEqual(["unknown"]);

    const both = [proof, { ...proof, domain: "other.example" }];
    await store.changeClientAdministration("client", { administration: { domains: both } });
    expect(await verified()).toEqual(["client"]);
    await store.changeClientAdministration("client", {
      administration: { domains: both, tier: "first_party" },
    });
    expect(await verified()).toEqual([]);
    await store.changeClientAdministration("client", { administration: { domains: both, tier: "unknown" } });
    expect(await tiers(store)).toEqual(["unknown"]);
  });

  it("does not count a client as domain_verified whose answers may go where no domain vouches for it", async () => {
    for (const uri of UNPROVABLE) {
      const store = await newStore();
      const redirect_uris = ["https://client.example/cb", uri];
      const administration = { domains: [provenAt(NOW)] };
      await store.createClient(pending("client", { metadata: { redirect_uris }, administration }));
      expect(await tiers(store), uri).toEqual(["unknown"]);
    }
  });

  it("finds the clients whose domains were looked at before an instant", async () => {
    const store = await newStore();
    const proven = (clientId: string, ...checks: readonly number[]) =>
      pending(clientId, { administration: { domains: checks.map(provenAt) } });
    await store.createClient(pending("without"));
    await store.createClient(proven("never", ...[]));
    await store.createClient(proven("late", NOW + 9));
    await store.createClient(proven("old", NOW + 9, NOW - 5));
    await store.createClient(proven("older", NOW - 9));
    const due = async (domainsCheckedBefore: number) =>
      idsOf(await everyPage(store, { domainsCheckedBefore }, 1));
    expect(await due(NOW - 9)).toEqual([]);
    expect(await due(NOW)).toEqual(["old", "older"]);
    expect(await due(NOW + 10)).toEqual(["late", "old", "older"]);
    await store.changeClientAdministration("old", { administration: { domains: [provenAt(NOW)] } });
    expect(await due(NOW)).toEqual(["older"]);
    await store.changeClientAdministration("older", { administration: {} });
    expect(await due(NOW)).toEqual([]);
  });
}

const UNPROVABLE = [
  "http://127.0.0.1/cb",
  "app.client.example:/cb",
  "https://192.0.2.1/cb",
  "https://[2001:db8::1]/cb",
  "https://other.example/cb",
  "https://sub.client.example/cb",
];

async function tiers(store: RegistrationStore): Promise<readonly string[]> {
  return (await store.countClients(NOW)).map(({ tier }) => tier);
}
