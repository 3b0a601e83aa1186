import type { DocumentOutcome } from "../client-id-metadata-document/client-id-metadata-documents.js";
import type { RecordedDocumentChange } from "../client-id-metadata-document/document-records.js";
import type { Clock } from "../lib/clock.js";
import type { AuditEvent, ClientDocumentEvent } from "./audit-event.js";
import { metadataChanges, withoutQuery } from "./metadata-changes.js";
import { lifecycleEvent } from "./operator-events.js";
import { shownFindings } from "./request-events.js";

/** Tells how a fetch of a Client ID Metadata Document ended. */
export function documentEvent(
  { clientId, result, before, problem }: DocumentOutcome,
  now: number,
): ClientDocumentEvent {
  const common = {
    at: new Date(now).toISOString(),
    actor: "anonymous",
    source: "metadata_document",
    clientId: withoutQuery(clientId),
    ...(problem && { problem }),
  } as const;
  if (!result.ok) {
    const { error } = result;
    const type = error.kind === "unavailable" ? "client_document_unavailable" : "client_document_refused";
    return { type, ...common, ...shownFindings(error.kind === "unavailable" ? [] : error.findings) };
  }
  const { client, findings, heldBecause } = result.value;
  return {
    type: "client_document_accepted",
    ...common,
    ...shownFindings(findings),
    redirectUris: (client.metadata.redirect_uris ?? []).map(withoutQuery),
    status: client.status,
    origin: client.origin,
    ...(heldBecause !== undefined && { heldBecause }),
    ...(before && { changes: metadataChanges(before.metadata, client.metadata) }),
  };
}

/** Makes a change of the record of a document with its events, and records these if it was made. */
export function documentChangeRecorder(
  record: (event: AuditEvent) => void,
  clock: Clock,
): RecordedDocumentChange {
  return async (told, change) => {
    const events = told.map(({ type, clientId, ...more }) => lifecycleEvent(type, clientId, clock(), more));
    const isChanged = await change(events);
    if (isChanged) for (const event of events) record(event);
    return isChanged;
  };
}
