import { issueClientSecret, needsClientSecret } from "../client-credentials/client-secret.js";
import type { Finding } from "../client-metadata/finding.js";
import { tokenHash } from "../crypto/token-hash.js";
import type { Failure } from "../failure.js";
import { isClientIdUrl } from "../client-id-metadata-document/client-id-url.js";
import { nowSeconds } from "../lib/clock.js";
import type { JsonObject } from "../lib/json.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import { err, ok, type Result } from "../lib/result.js";
import { runSteps } from "../lib/steps.js";
import {
  acceptClientMetadata,
  type AcceptedClient,
} from "../registration-endpoint/accept-client-metadata.js";
import type { RegisteredClient } from "../store/records.js";
import { requireAdministration, type OperatorStatement } from "./check-administration.js";
import { audited, type AdministrationConfig } from "./administration-config.js";

/** A client that the operator adds. */
export interface StaticClient {
  /** Its `client_id`: 1 to 255 printable ASCII characters. Not an https URL, which would mean a metadata document. */
  readonly clientId: string;
  /** Its metadata, as a registration would send it. */
  readonly metadata: object;
  /** Its tier, owner, tags and notes. Default: none. */
  readonly administration?: OperatorStatement;
  /** Its secret, of 32 to 512 characters, if its authentication method needs one. Default: a generated one, returned only once. */
  readonly clientSecret?: string;
}

/** The added client, or why it was not added. */
export type AddedClient =
  | {
      readonly outcome: "added";
      readonly client: RegisteredClient;
      readonly findings: readonly Finding[];
      /** The generated secret. You can read it only here. */
      readonly clientSecret?: string;
    }
  /** There is already a client with this identifier. */
  | { readonly outcome: "duplicate_client_id" }
  /** A rule or a policy refuses the metadata, or a dependency of theirs cannot answer. */
  | { readonly outcome: "refused"; readonly failure: Failure };

const CLIENT_ID = /^[\x20-\x7e]{1,255}$/;

/** Adds a client, by the rules of a registration. The operator's word is the approval, whatever a policy holds. */
export async function addClient(given: StaticClient, config: AdministrationConfig): Promise<AddedClient> {
  requireStaticClient(given);
  const accepted = await acceptStatic(given, config);
  if (!accepted.ok) return { outcome: "refused", failure: accepted.error };
  const { record, findings } = accepted.value;
  const now = nowSeconds(config.clock);
  const { clientId, administration = {}, clientSecret } = given;
  const made =
    needsClientSecret(record.metadata) && clientSecret === undefined
      ? issueClientSecret(config.clientSecrets, config.randomBytes, now)
      : undefined;
  const secret =
    made?.record ??
    (needsClientSecret(record.metadata) && clientSecret !== undefined
      ? { clientSecretHash: tokenHash(clientSecret), clientSecretExpiresAt: 0 }
      : {});
  const client: RegisteredClient = {
    ...record,
    ...secret,
    clientId,
    clientIdIssuedAt: now,
    version: 1,
    status: "pending",
    ...(Object.keys(administration).length > 0 && { administration }),
  };
  const tier = administration.tier ?? client.origin.tier;
  const outcome = await audited(
    config,
    "client_added",
    clientId,
    tier ? { tier } : {},
    async (auditEvents) => {
      const created = await config.store.createClient(client, { auditEvents });
      return created.outcome === "created" ? created.outcome : undefined;
    },
  );
  if (!outcome) return { outcome: "duplicate_client_id" };
  return { outcome: "added", client, findings, ...(made && { clientSecret: made.value }) };
}

/** What rules and policies make of the metadata. */
export async function acceptStatic(
  { metadata, administration }: StaticClient,
  config: AdministrationConfig,
  current?: RegisteredClient,
): Promise<Result<AcceptedClient, Failure>> {
  const origin = { source: "operator" } as const;
  const proposal = { submitted: metadata as JsonObject, origin, tier: administration?.tier };
  // What the operator has said before is over with what they say now. What domains say stays.
  const { domains } = current?.administration ?? {};
  const said = { ...administration, ...(domains && { domains }) };
  const changed = current && { current: { ...current, administration: said } };
  const accepted = await runSteps(acceptClientMetadata({ ...proposal, ...changed }, config));
  return accepted.ok ? ok(accepted.value) : err(accepted.error);
}

/** @throws MisuseError for what cannot be a client of the operator's */
export function requireStaticClient(given: StaticClient): void {
  requireKnownOptions("client", given, [
    "clientId",
    "metadata",
    "administration",
    "clientSecret",
  ] satisfies (keyof StaticClient)[]);
  const {
    clientId,
    metadata,
    administration = {},
    clientSecret,
  } = given as unknown as Readonly<Record<string, unknown>>;
  const isIdentifier = typeof clientId === "string" && CLIENT_ID.test(clientId) && !isClientIdUrl(clientId);
  requireThat(
    isIdentifier,
    "ERR_OPTION",
    "clientId: must be 1 to 255 printable ASCII characters, and no https URL",
  );
  const isObject = typeof metadata === "object" && metadata !== null && !Array.isArray(metadata);
  requireThat(isObject, "ERR_OPTION", "metadata: must be an object");
  const isSecret =
    clientSecret === undefined ||
    (typeof clientSecret === "string" && clientSecret.length >= 32 && clientSecret.length <= 512);
  requireThat(isSecret, "ERR_OPTION", "clientSecret: must be a text of 32 to 512 characters");
  requireAdministration({ ...(administration as object) });
}
