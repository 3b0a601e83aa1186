import type { RegisteredClient } from "@oauth-dcr/core";
import { shownInstant } from "../terminal/shown-value.js";
import type { Column } from "../terminal/table.js";

const HOST_WIDTH = 32;

/** What a list shows of a client. */
export const CLIENT_COLUMNS: readonly Column[] = [
  { title: "id", of: ({ clientId }: RegisteredClient) => clientId, width: Infinity },
  { title: "name", of: ({ metadata }: RegisteredClient) => metadata.client_name, width: 28 },
  { title: "status", of: ({ status }: RegisteredClient) => status, isState: true },
  { title: "source", of: ({ origin }: RegisteredClient) => origin.source },
  { title: "redirects to", of: hostsOf, width: HOST_WIDTH },
  { title: "registered", of: ({ clientIdIssuedAt }: RegisteredClient) => shownInstant(clientIdIssuedAt) },
];

function hostsOf({ metadata }: RegisteredClient): readonly string[] {
  const uris = metadata.redirect_uris;
  const hosts = Array.isArray(uris) ? uris.map((uri) => hostOf(String(uri))) : [];
  return [...new Set(hosts)];
}

/** A host in ASCII, so that no letter of another alphabet looks like one of it. */
function hostOf(uri: string): string {
  return (URL.canParse(uri) && new URL(uri).host) || uri;
}
