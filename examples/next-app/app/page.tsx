import type { RegisteredClient } from "@oauth-dcr/core";
import { PAGE_TEXTS } from "@oauth-dcr/core/consent-page";
import { registration } from "./registration";

// Clients register at any time.
export const dynamic = "force-dynamic";

/** A page for operators, so put it behind a login. `?after=` leads to the next hundred. */
export default async function Clients({
  searchParams,
}: {
  readonly searchParams: Promise<{ readonly after?: string | string[] }>;
}) {
  const { after } = await searchParams;
  const { clients, next } = await registration.findClients(typeof after === "string" ? { after } : {});
  return (
    <main>
      <h1>Registered clients</h1>
      {clients.length === 0 && <p>None yet.</p>}
      {clients.map((client) => (
        <Client key={client.clientId} client={client} />
      ))}
      {next !== undefined && <a href={`/?after=${encodeURIComponent(next)}`}>Next</a>}
    </main>
  );
}

/** Everything that a client says of itself is shown as text: an address of its own is not loaded, and not even a link. */
function Client({ client }: { readonly client: RegisteredClient }) {
  const { clientId, status, metadata } = client;
  const redirectUris = metadata.redirect_uris ?? [];
  const view = registration.consentView(client, redirectUris[0] ?? "");
  return (
    <article id={clientId}>
      <h2>
        {clientId} <small>{status}</small>
      </h2>
      <h3>Redirects to</h3>
      <ul>
        {redirectUris.map((uri) => (
          <li key={uri}>{uri}</li>
        ))}
      </ul>
      <dl>
        {view?.members.map(({ member, value, isVerified }) => (
          <div key={member}>
            <dt>
              {member} ({isVerified ? "verified" : "self-asserted"})
            </dt>
            <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
      {view?.warnings.map((warning) => (
        <p key={warning} role="alert">
          {PAGE_TEXTS.en.warnings[warning].title}.
        </p>
      ))}
    </article>
  );
}
