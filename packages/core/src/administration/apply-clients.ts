import { needsClientSecret } from "../client-credentials/client-secret.js";
import { tokenHash } from "../crypto/token-hash.js";
import type { Failure } from "../failure.js";
import { isSameJson } from "../lib/json.js";
import { requireThat } from "../lib/misuse.js";
import type { RegisteredClient } from "../store/records.js";
import {
  acceptStatic,
  addClient,
  requireStaticClient,
  type AddedClient,
  type StaticClient,
} from "./add-client.js";
import { audited, changedTier, promotion, type AdministrationConfig } from "./administration-config.js";

/** The outcome for one client of the list. */
export type AppliedClient = { readonly clientId: string } & (
  | Exclude<AddedClient, { readonly outcome: "duplicate_client_id" }>
  /** The client existed. `changed`: it now matches the list. `unchanged`: it already did. */
  | { readonly outcome: "changed" | "unchanged"; readonly client: RegisteredClient }
  /** `not_ours`: another source registered the client. `conflict`: other changes to it kept getting in first. */
  | { readonly outcome: "not_ours" | "conflict" }
);

/** Brings the operator's clients to what a list says. All of the list is checked before anything is changed. */
export async function applyClients(
  clients: readonly StaticClient[],
  config: AdministrationConfig,
): Promise<readonly AppliedClient[]> {
  const isList: boolean = Array.isArray(clients);
  requireThat(isList, "ERR_OPTION", "clients: must be a list");
  for (const client of clients) requireStaticClient(client);
  const ids = new Set(clients.map(({ clientId }) => clientId));
  requireThat(ids.size === clients.length, "ERR_OPTION", "clients: two have the same clientId");
  const applied: AppliedClient[] = [];
  for (const client of clients) applied.push(await apply(client, config));
  return applied;
}

/** How often is begun anew for a client that somebody else changes at the same moment. */
const ATTEMPTS = 5;

async function apply(given: StaticClient, config: AdministrationConfig): Promise<AppliedClient> {
  const { clientId } = given;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const current = await config.store.findClient(clientId);
    const done = current ? await change(given, current, config) : await addClient(given, config);
    if (done.outcome !== "conflict" && done.outcome !== "duplicate_client_id") return { clientId, ...done };
  }
  return { clientId, outcome: "conflict" };
}

async function change(
  given: StaticClient,
  current: RegisteredClient,
  config: AdministrationConfig,
): Promise<
  | { readonly outcome: "changed" | "unchanged"; readonly client: RegisteredClient }
  | { readonly outcome: "not_ours" | "conflict" }
  | { readonly outcome: "refused"; readonly failure: Failure }
> {
  if (current.origin.source !== "operator") return { outcome: "not_ours" };
  const { clientId, administration = {}, clientSecret } = given;
  const accepted = await acceptStatic(given, config, current);
  if (!accepted.ok) return { outcome: "refused", failure: accepted.error };
  const { record } = accepted.value;
  const { statusReason: _, domains, ...said } = current.administration ?? {};
  const secret =
    clientSecret !== undefined && needsClientSecret(record.metadata)
      ? { clientSecretHash: tokenHash(clientSecret), clientSecretExpiresAt: 0 }
      : {};
  // A secret that was replaced by rotation goes with the one that the list replaces.
  const { previousClientSecret, ...others } = current;
  const isSecretSame =
    secret.clientSecretHash === undefined || secret.clientSecretHash === current.clientSecretHash;
  const next = {
    ...(isSecretSame && previousClientSecret ? { ...others, previousClientSecret } : others),
    ...record,
    status: current.status,
    ...secret,
    version: current.version + 1,
  };
  const isSame = (one: unknown, other: unknown): boolean => isSameJson(one, other);
  const isRecordSame =
    isSame(next.metadata, current.metadata) &&
    isSame(next.requirements, current.requirements) &&
    next.origin.template === current.origin.template &&
    next.clientSecretHash === current.clientSecretHash;
  const isStatementSame = isSame(said, administration);
  if (isRecordSame && isStatementSame) return { outcome: "unchanged", client: current };

  let version = current.version;
  if (!isRecordSame) {
    // Each of the two changes has its event: what comes between them leaves none untold.
    const more = changedTier(current, next, config);
    const isReplaced = await audited(config, "client_administered", clientId, more, async (auditEvents) => {
      return (await config.store.replaceClient(next, version, auditEvents)).outcome === "replaced";
    });
    if (!isReplaced) return { outcome: "conflict" };
    version += 1;
    if (isStatementSame) return { outcome: "changed", client: next };
  }
  const statement = { ...administration, ...(domains && { domains }) };
  const done = await audited(
    config,
    "client_administered",
    clientId,
    promotion(isRecordSame ? current : next, statement, config),
    async (auditEvents) => {
      const to = { administration: statement, expectedVersion: version };
      const { outcome } = await config.store.changeClientAdministration(clientId, to, auditEvents);
      return outcome === "changed";
    },
  );
  const client = done ? await config.store.findClient(clientId) : undefined;
  return client ? { outcome: "changed", client } : { outcome: "conflict" };
}
