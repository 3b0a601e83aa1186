import type { Finding } from "../client-metadata/finding.js";
import { explainClientMetadata } from "../client-metadata/explain-client-metadata.js";
import type {
  InitialAccessToken,
  RegisteredClient,
  RegistrationOrigin,
  TrustTier,
} from "../store/records.js";
import { trustTier } from "../store/trust-tier.js";
import type { AdministrationConfig } from "./administration-config.js";
import {
  clientHistory,
  type ClientHistory,
  type ClientHistoryRequest,
  type ReadClientHistory,
} from "./client-history.js";

/** A client, with what the server knows about it. */
export interface InspectedClient {
  /** Its record. */
  readonly client: RegisteredClient;
  /** Why it was accepted. */
  readonly acceptance: ClientAcceptance;
  /**
   * What today's metadata rules find in the stored metadata. Does not include policies, the software statement and the constraints
   * of a token. Missing for a client with a metadata document: the record is not the whole document, and the server checks the
   * document each time it fetches it.
   */
  readonly findings?: readonly Finding[];
  /** Its audit events, newest first. */
  readonly history: ClientHistory;
}

/** Why a client was accepted: its source and the policies that checked it. Also its trust tier now. */
export interface ClientAcceptance extends Omit<RegistrationOrigin, "initialAccessTokenId" | "document"> {
  /** The initial access token that it was registered with. Only the `id` if the record of the token was deleted. */
  readonly initialAccessToken?: Pick<InitialAccessToken, "id"> & Partial<AcceptingToken>;
  /** Its trust tier. */
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
