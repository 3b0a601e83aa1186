import type { Finding } from "../client-metadata/finding.js";
import { explainClientMetadata } from "../client-metadata/explain-client-metadata.js";
import type {
  InitialAccessToken,
  RegisteredClient,
  RegistrationOrigin,
  TrustTier,
} from "../store/records.js";
import { trustTier } from "../store/standing.js";
import type { AdministrationConfig } from "./administration-config.js";
import {
  clientHistory,
  type ClientHistory,
  type ClientHistoryRequest,
  type ReadClientHistory,
} from "./client-history.js";

/** Everything that is known of a client. */
export interface InspectedClient {
  /** Its record. */
  readonly client: RegisteredClient;
  /** Why it was accepted. */
  readonly acceptance: ClientAcceptance;
  /**
   * What the metadata rules of today find in the metadata that is stored; a policy, a software statement and a token's
   * constraints are not looked at. Missing for a client that is known by its document: the record is not the whole document,
   * which is judged whenever it is fetched.
   */
  readonly findings?: readonly Finding[];
  /** What happened to it, the newest first. */
  readonly history: ClientHistory;
}

/** Why a client was accepted: by what right, by which policies, and how far it is trusted now. */
export interface ClientAcceptance extends Omit<RegistrationOrigin, "initialAccessTokenId" | "document"> {
  /** The token that it was registered with. Without a record of the token, which may be gone, its identifier alone. */
  readonly initialAccessToken?: Pick<InitialAccessToken, "id"> & Partial<AcceptingToken>;
  /** How far the operator trusts it. */
  readonly tier: TrustTier;
}

/** What of a token tells why it was given out. */
type AcceptingToken = Pick<
  InitialAccessToken,
  "id" | "label" | "owner" | "issuedAt" | "expiresAt" | "usesLeft" | "revokedAt"
>;

export async function inspectClient(
  clientId: string,
  options: ClientHistoryRequest,
  config: AdministrationConfig,
  readHistory: ReadClientHistory | undefined,
): Promise<InspectedClient | undefined> {
  const [client, history] = await Promise.all([
    config.store.findClient(clientId),
    clientHistory(clientId, options, readHistory),
  ]);
  if (!client) return undefined;
  return {
    client,
    acceptance: await acceptanceOf(client, config),
    ...(client.origin.source !== "metadata_document" && {
      // What is stored has had its defaults.
      findings: explainClientMetadata(client.metadata, { ...config.rules, defaultScopes: [] }).findings,
    }),
    history,
  };
}

async function acceptanceOf(
  client: RegisteredClient,
  { store, trust }: AdministrationConfig,
): Promise<ClientAcceptance> {
  const { initialAccessTokenId: id, document: _, ...told } = client.origin;
  const tier = (trust?.tierOf ?? trustTier)(client);
  if (id === undefined) return { ...told, tier };
  const token = await store.findInitialAccessToken(id);
  return { ...told, initialAccessToken: token ? acceptingToken(token) : { id }, tier };
}

/** By allow-list: not even the hash of a token is told. */
function acceptingToken(token: InitialAccessToken): AcceptingToken {
  const { id, label, owner, issuedAt, expiresAt, usesLeft, revokedAt } = token;
  return {
    id,
    ...(label !== undefined && { label }),
    ...(owner !== undefined && { owner }),
    issuedAt,
    expiresAt,
    usesLeft,
    ...(revokedAt !== undefined && { revokedAt }),
  };
}
