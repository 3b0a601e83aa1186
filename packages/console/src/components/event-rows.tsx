import type { AuditEvent } from "@oauth-dcr/core";
import type { ClientHistoryEntry } from "@oauth-dcr/core/administration";
import { words } from "./badges.js";
import { clientHref } from "./client-rows.js";
import { Instant } from "./moment.js";
import { Table } from "./table.js";
import { Told, ToldJson } from "./told.js";

/** Audit events, the newest first. What they say is shown as it was recorded. */
export function EventRows(props: {
  readonly caption: string;
  readonly entries: readonly ClientHistoryEntry[];
  readonly now: number;
  readonly hasClients: boolean;
}) {
  const { caption, entries, now, hasClients } = props;
  const columns = [
    { title: "When" },
    { title: "What" },
    { title: "Who" },
    ...(hasClients ? [{ title: "Client" }] : []),
    { title: "Details" },
  ];
  return (
    <Table caption={caption} columns={columns}>
      {entries.map(({ position, event }) => (
        <tr>
          <td class="when">
            <Instant at={Math.floor(Date.parse(event.at) / 1000)} now={now} />
          </td>
          <td>{words(event.type)}</td>
          <td>
            <Who event={event} />
          </td>
          {hasClients && (
            <td>
              <ClientOf event={event} />
            </td>
          )}
          <td class="said">
            <Why event={event} />
            <details>
              <summary>
                Event <span class="number">{position.toLocaleString("en")}</span>
              </summary>
              <ToldJson value={event} />
            </details>
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Who({ event }: { readonly event: AuditEvent }) {
  const operator = "operator" in event ? event.operator : undefined;
  return operator === undefined ? <>{words(event.actor)}</> : <Told text={operator} most={60} />;
}

function ClientOf({ event }: { readonly event: AuditEvent }) {
  if (!("clientId" in event) || typeof event.clientId !== "string") return <span class="muted">none</span>;
  return (
    <a href={clientHref(event.clientId)}>
      <Told text={event.clientId} most={40} />
    </a>
  );
}

/** The few words of an event that say most. */
function Why({ event }: { readonly event: AuditEvent }) {
  const said: readonly unknown[] = [
    "reason" in event ? words(event.reason) : undefined,
    "statusReason" in event ? event.statusReason : undefined,
    "heldBecause" in event ? event.heldBecause : undefined,
    "previousTier" in event && event.tier !== undefined
      ? `${words(event.previousTier ?? "")} → ${words(event.tier)}`
      : undefined,
    "domain" in event ? event.domain : undefined,
    "changes" in event ? event.changes.map(({ member }) => member).join(", ") : undefined,
    ...("findings" in event ? event.findings.slice(0, 3).map(({ description }) => description) : []),
  ];
  const lines = said.filter((text): text is string => typeof text === "string" && text !== "");
  return (
    <>
      {lines.map((text) => (
        <p>
          <Told text={text} />
        </p>
      ))}
    </>
  );
}
