import { requireKnownOptions } from "../lib/known-options.js";
import { namedOperator, requireOperator, type ByOperator } from "../lib/operator-name.js";
import type { ClientAdministration, RegisteredClient } from "../store/records.js";
import { requireAdministration, type OperatorStatement } from "./check-administration.js";
import { audited, promotion, type AdministrationConfig } from "./administration-config.js";

/** A change of what the operator says. `null` takes a member back. */
export type ClientAdministrationPatch = {
  readonly [Member in keyof OperatorStatement]?: OperatorStatement[Member] | null;
};

/** Options of `administerClient`. */
export interface AdministerOptions extends ByOperator {
  /** The version that the operator looked at. A client of another version is not changed. Default: any version. */
  readonly version?: number;
}

/** Changes what the operator says, and nothing that anybody else has said meanwhile. */
export async function administerClient(
  clientId: string,
  patch: ClientAdministrationPatch,
  options: AdministerOptions = {},
  config: AdministrationConfig,
): Promise<RegisteredClient | undefined> {
  requireKnownOptions("options", options, ["version", "operator"] satisfies (keyof AdministerOptions)[]);
  requireOperator(options.operator);
  const said = Object.fromEntries(
    Object.entries(patch as object).filter(
      ([, value]: readonly [string, unknown]) => value !== null && value !== undefined,
    ),
  );
  requireAdministration(said);
  for (;;) {
    const client = await config.store.findClient(clientId);
    if (!client || (options.version !== undefined && options.version !== client.version)) return undefined;
    const { statusReason: _, ...before } = client.administration ?? {};
    const administration: Omit<ClientAdministration, "statusReason"> = Object.fromEntries(
      Object.entries({ ...before, ...said }).filter(
        ([name]) => patch[name as keyof OperatorStatement] !== null,
      ),
    );
    const outcome = await audited(
      config,
      "client_administered",
      clientId,
      { ...promotion(client, administration, config), ...namedOperator(options.operator) },
      async (auditEvents) => {
        const change = {
          administration,
          expectedVersion: client.version,
          // The record alone has what the operator says of a document's client: it must not end as that of an unused one.
          ...(client.origin.source === "metadata_document" && { expiresAt: "never" as const }),
        };
        const done = await config.store.changeClientAdministration(clientId, change, auditEvents);
        return done.outcome === "changed" ? done.outcome : undefined;
      },
    );
    if (outcome) return config.store.findClient(clientId);
  }
}
