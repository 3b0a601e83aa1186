import type { ClientMetadata } from "@oauth-dcr/core";
import { trustTier, type RegisteredClient } from "@oauth-dcr/core/store";
import { StatusBadge, TierBadge, words } from "./badges.js";
import { Moment } from "./moment.js";
import { Table } from "./table.js";
import { Told } from "./told.js";

const COLUMNS = [
  { title: "Client" },
  { title: "Redirects to" },
  { title: "Status" },
  { title: "Tier", class: "roomy" },
  { title: "Source", class: "roomy" },
  { title: "Registered", class: "roomy" },
  { title: "Used", class: "roomy" },
];

/** Clients, one a row. */
export function ClientRows(props: {
  readonly caption: string;
  readonly clients: readonly RegisteredClient[];
  readonly now: number;
}) {
  const { caption, clients, now } = props;
  return (
    <Table caption={caption} columns={COLUMNS}>
      {clients.map((client) => (
        <tr>
          <th scope="row" class="client-cell">
            <a href={clientHref(client.clientId)}>
              <ClientName metadata={client.metadata} />
            </a>
            <span class="client-id">
              <Told text={client.clientId} most={80} />
            </span>
          </th>
          <td>
            <Destinations metadata={client.metadata} />
          </td>
          <td>
            <StatusBadge client={client} now={now} />
          </td>
          <td class="roomy">
            <TierBadge tier={trustTier(client)} />
          </td>
          <td class="roomy">{words(client.origin.source)}</td>
          <td class="roomy">
            <Moment at={client.clientIdIssuedAt} now={now} />
          </td>
          <td class="roomy">
            {client.lastUsedAt === undefined ? (
              <span class="muted">never</span>
            ) : (
              <Moment at={client.lastUsedAt} now={now} />
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** What a client calls itself. */
export function ClientName({
  metadata,
  most = 80,
}: {
  readonly metadata: ClientMetadata;
  readonly most?: number;
}) {
  const { client_name: name } = metadata;
  return typeof name === "string" && name.trim() !== "" ? (
    <Told text={name} most={most} />
  ) : (
    <span class="muted">without a name</span>
  );
}

/** Where a client redirects to: hosts, or schemes of applications. */
function Destinations({ metadata }: { readonly metadata: ClientMetadata }) {
  const uris = metadata.redirect_uris ?? [];
  const places = [...new Set(uris.map(placeOf))];
  if (places.length === 0) return <span class="muted">none</span>;
  return (
    <>
      <Told text={places[0] ?? ""} most={60} />
      {places.length > 1 && <span class="muted"> and {places.length - 1} more</span>}
    </>
  );
}

/** The host of a URI, or its scheme where an application claims that. */
function placeOf(uri: string): string {
  const [, scheme = "", host] = /^([a-z][a-z0-9+.-]*:)(?:\/\/([^/?#]*))?/i.exec(uri) ?? [];
  return ["http:", "https:"].includes(scheme.toLowerCase()) && host !== undefined ? host : scheme;
}

/** The page of a client. */
export function clientHref(clientId: string): string {
  return `/client?id=${encodeURIComponent(clientId)}`;
}
