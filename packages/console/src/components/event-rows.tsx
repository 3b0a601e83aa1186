import type { ClientHistoryEntry } from "@oauth-dcr/core/administration";
import { listOf, textOf, type Said } from "../reading/said.js";
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
        <EventRow position={position} said={{ ...event }} now={now} hasClients={hasClients} />
      ))}
    </Table>
  );
}

function EventRow(props: {
  readonly position: number;
  readonly said: Said;
  readonly now: number;
  readonly hasClients: boolean;
}) {
  const { position, said, now, hasClients } = props;
  return (
    <tr>
      <td class="when">
        <Instant at={Math.floor(Date.parse(textOf(said["at"])) / 1000)} now={now} />
      </td>
      <td>
        <Told text={words(textOf(said["type"]))} most={60} />
      </td>
      <td>
        <Who said={said} />
      </td>
      {hasClients && (
        <td>
          <ClientOf said={said} />
        </td>
      )}
      <td class="said">
        <Why said={said} />
        <details>
          <summary>
            Event <span class="number">{position.toLocaleString("en")}</span>
          </summary>
          <ToldJson value={said} />
        </details>
      </td>
    </tr>
  );
}

function Who({ said }: { readonly said: Said }) {
  const operator = textOf(said["operator"]);
  return operator === "" ? <>{words(textOf(said["actor"]))}</> : <Told text={operator} most={60} />;
}

function ClientOf({ said }: { readonly said: Said }) {
  const clientId = textOf(said["clientId"]);
  if (clientId === "") return <span class="muted">none</span>;
  return (
    <a href={clientHref(clientId)}>
      <Told text={clientId} most={40} />
    </a>
  );
}

/** The few words of an event that say most. */
function Why({ said }: { readonly said: Said }) {
  const tiers = [said["previousTier"], said["tier"]].map(textOf);
  const lines = [
    ...[words(textOf(said["reason"])), textOf(said["statusReason"]), textOf(said["heldBecause"])],
    ...[tiers.includes("") ? "" : tiers.map(words).join(" → "), textOf(said["domain"])],
    listOf(said["changes"])
      .map(({ member }) => textOf(member))
      .join(", "),
    ...listOf(said["findings"])
      .slice(0, 3)
      .map(({ description }) => textOf(description)),
  ];
  return (
    <>
      {lines.map(
        (text) =>
          text !== "" && (
            <p>
              <Told text={text} />
            </p>
          ),
      )}
    </>
  );
}
