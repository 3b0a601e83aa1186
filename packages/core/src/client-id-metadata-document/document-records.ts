import { hasExpired } from "../store/standing.js";
import { nowSeconds } from "../lib/clock.js";
import { err, ok, type Result } from "../lib/result.js";
import type { LifecycleConfig } from "../lifecycle/client-lifecycle.js";
import type { ClientUseOutcome } from "../lifecycle/record-client-use.js";
import type { AuditEvents } from "../store/registration-store.js";
import type { RegisteredClient, TrustTier } from "../store/records.js";
import { tierChange, trustTier } from "../store/trust-tier.js";
import type { TrustRules } from "../trust/trust-rules.js";
import type { DocumentFailure, FoundDocument } from "./accept-document.js";
import { isClientIdUrl } from "./client-id-url.js";
import {
  changedRecord,
  createBounded,
  documentRecord,
  hasDocumentChanged,
  needsNoUser,
  recordedDocument,
  unseenDocumentRecord,
} from "./document-record.js";

/** What keeps the records of documents. */
export interface DocumentRecordsConfig extends LifecycleConfig {
  readonly trust?: TrustRules;
}

type DocumentResult = Result<RegisteredClient, DocumentFailure>;

export type DocumentRecords = ReturnType<typeof documentRecords>;

/** What an audit event tells of a record: that its client is held, or that keys or redirect URIs have changed. */
export interface DocumentRecordEvent {
  readonly type: "client_held" | "client_document_changed";
  readonly clientId: string;
  readonly heldBecause?: string;
  readonly tier?: TrustTier;
  readonly previousTier?: TrustTier;
}

/** Makes a change with its events, and records these if the change was made. */
export type RecordedDocumentChange = (
  events: readonly DocumentRecordEvent[],
  change: (auditEvents: AuditEvents) => Promise<boolean>,
) => Promise<boolean>;

/**
 * How long a record counts in its pools at most. A client that is used once a day leaves the pool of used ones before, and an
 * operator has a weekend to decide on a held one. One that comes again later gets a new record.
 */
const POOLED_SECONDS = { used_documents: 36 * 3600, held_documents: 72 * 3600 };

/**
 * A small record of each document's client that was used, held or blocked, so that an operator can find it, approve it and
 * stop it as any other. A document that was only looked at leaves nothing: anybody can make any number of them.
 *
 * @param recordChange makes a change of a record with its audit events, and records these if it was made
 */
export function documentRecords(
  { store, clock, lifecycle, trust }: DocumentRecordsConfig,
  recordChange: RecordedDocumentChange,
) {
  // What keeps nothing has no record, and what a policy holds there stays held.
  const keepsClients = !("identify" in store);

  /**
   * The client, with what its record says. Never rejects. Nobody asks the server of a client that is disabled.
   *
   * @param fetched `isUsed`: whether the record says that the client was used. Missing where the store keeps no clients
   */
  async function find(
    clientId: string,
    fetched: (
      clientId: string,
      isUsed?: boolean,
      tier?: TrustTier,
    ) => Promise<Result<FoundDocument, DocumentFailure>>,
  ): Promise<DocumentResult> {
    try {
      if (!keepsClients) return clientOf(await fetched(clientId));
      const record = await store.findClient(clientId);
      if (record?.status === "disabled") return ok(record);
      const found = await fetched(clientId, record?.status === "active", record?.administration?.tier);
      if (!found.ok) return found;
      if (record) return ok(await reconciled(found.value, record));
      if (found.value.client.status === "awaiting_approval") await hold(found.value);
      return clientOf(found);
    } catch (cause) {
      return err({ kind: "unavailable", cause });
    }
  }

  async function reconciled(found: FoundDocument, record: RegisteredClient): Promise<RegisteredClient> {
    const { client: document } = found;
    if (!hasDocumentChanged(document, record)) return recordedDocument(document, record);
    const changed = changedRecord(document, record, nowSeconds(clock));
    const isHeldAgain = changed.status === "awaiting_approval" && record.status !== "awaiting_approval";
    const { clientId } = document;
    // Other hosts end what domains say of the client.
    const tiers = tierChange(record, changed, trust?.tierOf ?? trustTier);
    const events: DocumentRecordEvent[] = [
      ...(record.origin.document ? [{ type: "client_document_changed", clientId, ...tiers } as const] : []),
      ...(isHeldAgain ? [heldEvent(found)] : []),
    ];
    // Another process may have seen the same change first; either way the record tells of it.
    await recordChange(events, async (auditEvents) => {
      return (await store.replaceClient(changed, record.version, auditEvents)).outcome === "replaced";
    });
    return recordedDocument(document, changed);
  }

  /** Tells of it once: where the record is there already, or has no room, nothing is written. */
  async function hold(found: FoundDocument): Promise<void> {
    const now = nowSeconds(clock);
    const expiresAt = pooledUntil("held_documents", now, lifecycle.expiryWithoutUse(now, found.client));
    const record = { ...documentRecord(found.client), expiresAt };
    await recordChange([heldEvent(found)], async (auditEvents) => {
      const { outcome } = await createBounded(store, "held_documents", record, { auditEvents });
      return outcome === "created";
    });
  }

  /** Records a use, and at the first one the client. */
  async function recordUse(client: RegisteredClient): Promise<ClientUseOutcome> {
    if (!keepsClients) return "recorded";
    const at = nowSeconds(clock);
    const expiresAt = client.administration ? undefined : lifecycle.expiryAfterUse(client, at);
    const use = { at, ...(expiresAt !== undefined && { expiresAt }) };
    const recorded = await recordedUse(client, use);
    if (recorded !== "not_found") return recorded;
    const { at: lastUsedAt, ...expiry } = use;
    const first = { ...documentRecord(client), ...expiry, status: "active", lastUsedAt } as const;
    const { outcome } = needsNoUser(client)
      ? await createBounded(store, "used_documents", {
          ...first,
          expiresAt: pooledUntil("used_documents", at, first.expiresAt),
        })
      : await store.createClient(first);
    if (outcome === "created") return "recorded";
    return outcome === "quota_exceeded" ? outcome : recordedUse(client, use);
  }

  /** Another request at the same time must not take the record out of its pools: its next use, later, does. */
  async function wasJustMade(clientId: string, at: number): Promise<boolean> {
    const record = await store.findClient(clientId);
    if (record?.status !== "active" || !record.quotaKeys) return false;
    return at - (record.lastUsedAt ?? at) < lifecycle.useResolutionSeconds;
  }

  /** A document's client does not expire: its record does, and a use begins it anew. */
  async function recordedUse(
    client: RegisteredClient,
    use: { readonly at: number; readonly expiresAt?: number },
  ): Promise<ClientUseOutcome> {
    const { clientId } = client;
    if (needsNoUser(client) && (await wasJustMade(clientId, use.at))) return "recorded";
    const { outcome } = await store.recordClientUse(clientId, use);
    if (outcome !== "unusable") return outcome;
    const record = await store.findClient(clientId);
    if (!record || !hasExpired(record, use.at)) return outcome;
    const change = { from: ["pending", "active"], to: "active", ...use } as const;
    const { at: _, ...renewal } = change;
    return (await store.changeClientStatus(clientId, renewal)).outcome === "changed"
      ? "recorded"
      : "unusable";
  }

  /** Disables a client that has no record. `false` where it has one meanwhile, or is no URL. */
  async function block(clientId: string, reason?: string, auditEvents?: AuditEvents): Promise<boolean> {
    if (!keepsClients || !isClientIdUrl(clientId)) return false;
    const record = {
      ...unseenDocumentRecord(clientId, "disabled", nowSeconds(clock)),
      ...(reason !== undefined && { administration: { statusReason: reason } }),
    };
    const { outcome } = await store.createClient(record, auditEvents ? { auditEvents } : {});
    return outcome === "created";
  }

  return { find, recordUse, block };
}

function pooledUntil(pool: keyof typeof POOLED_SECONDS, now: number, expiresAt = Infinity): number {
  return Math.min(expiresAt, now + POOLED_SECONDS[pool]);
}

function heldEvent({ client: { clientId }, heldBecause }: FoundDocument): DocumentRecordEvent {
  return { type: "client_held", clientId, ...(heldBecause !== undefined && { heldBecause }) };
}

function clientOf(found: Result<FoundDocument, DocumentFailure>): DocumentResult {
  return found.ok ? ok(found.value.client) : found;
}
