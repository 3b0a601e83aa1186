import type { RegistrationStore } from "@oauth-dcr/core";
import type { ContractRunner } from "./contract-runner.js";
import { everyPage } from "./search-cases.js";
import { NOW, pending } from "./store-samples.js";

/** The part of the store contract about tiers that follow from templates. */
export function templateTierCases(
  { it, expect }: Pick<ContractRunner, "it" | "expect">,
  newStore: () => Promise<RegistrationStore>,
): void {
  it("finds and counts a client by the tier of its template, unless the operator has said one", async () => {
    const store = await newStore();
    const { origin } = pending("client");
    const ofTemplate = { ...origin, template: "partners", tier: "approved" } as const;
    await store.createClient(pending("client", { origin: ofTemplate }));
    const tiers = async () => (await store.countClients(NOW)).map(({ tier, clients }) => [tier, clients]);
    const found = async (tier: "unknown" | "approved") =>
      (await everyPage(store, { tier })).map(({ clientId }) => clientId);
    expect((await store.findClient("client"))?.origin).toEqual(ofTemplate);
    expect([await tiers(), await found("approved")]).toEqual([[["approved", 1]], ["client"]]);
    await store.changeClientAdministration("client", { administration: { tier: "unknown" } });
    expect([await tiers(), await found("unknown")]).toEqual([[["unknown", 1]], ["client"]]);
    await store.changeClientAdministration("client", { administration: { notes: "n" } });
    expect([await tiers(), await found("approved")]).toEqual([[["approved", 1]], ["client"]]);
    await store.replaceClient(pending("client", { version: 4 }), 3);
    expect([await tiers(), await found("approved")]).toEqual([[["unknown", 1]], []]);
  });
}
