import type { ConsentWarning, RegisteredClient } from "@oauth-dcr/core";
import { registration } from "./registration";

// Clients register at any time.
export const dynamic = "force-dynamic";

const WARNINGS: Record<ConsentWarning, string> = {
  loopback: "Answers go to a program on the user's machine.",
  private_use_scheme: "Answers go to whichever application has claimed the scheme.",
  look_alike_name: "It is called like a well-known application, and nothing shows that it is that one.",
  look_alike_host: "Answers go to a host on the internet whose name reads like the user's machine.",
  other_host: "Answers go to another host than the one that it is known by.",
};

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
          {WARNINGS[warning]}
        </p>
      ))}
    </article>
  );
}
