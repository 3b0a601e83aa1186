import type { RegisteredClient } from "@oauth-dcr/core/store";
import { words } from "../components/badges.js";
import { clientHref, ClientName } from "../components/client-rows.js";
import { ConsentPreview, consentViewsOf } from "../components/consent-preview.js";
import { Moment } from "../components/moment.js";
import { Outcome } from "../components/notice.js";
import { StatusForm } from "../components/status-forms.js";
import { Told } from "../components/told.js";
import type { Handler, Visit } from "../reading/visit.js";

const PAGE = 12;

/** The clients that await approval, side by side. */
export const approvals: Handler = async (visit) => {
  const { tools, query } = visit;
  const after = query.get("after") ?? "";
  const page = await tools.registration.findClients({
    status: "awaiting_approval",
    limit: PAGE,
    ...(after !== "" && after.length <= 1000 && { after }),
  });
  return {
    title: "Approvals",
    body: (
      <>
        <Outcome query={query} />
        {page.clients.length === 0 && page.next === undefined && (
          <p class="empty">
            No client awaits approval. With --hold on, the server holds each open registration here.
          </p>
        )}
        <ul class="side-by-side">
          {page.clients.map((client, index) => (
            <li>
              <Held client={client} visit={visit} within={`held-${index}`} />
            </li>
          ))}
        </ul>
        {page.next !== undefined && (
          <nav class="pager" aria-label="Pages of clients that await approval">
            <a href={`/approvals?after=${encodeURIComponent(page.next)}`}>Next page</a>
          </nav>
        )}
      </>
    ),
  };
};

function Held(props: { readonly client: RegisteredClient; readonly visit: Visit; readonly within: string }) {
  const { client, within } = props;
  const { tools, operator } = props.visit;
  return (
    <article class="card" aria-labelledby={within}>
      <h2 id={within}>
        <a href={clientHref(client.clientId)}>
          <ClientName metadata={client.metadata} />
        </a>
      </h2>
      <p class="client-id">
        <Told text={client.clientId} most={80} />
      </p>
      <p class="muted">
        Registered <Moment at={client.clientIdIssuedAt} now={tools.now()} />, source:{" "}
        {words(client.origin.source)}. Policies:{" "}
        <Told text={client.origin.policies.join(", ") || "none"} most={120} />.
      </p>
      <ConsentPreview views={consentViewsOf(tools.registration, client)} />
      <StatusForm client={client} token={operator.formToken} back="approvals" within={within} />
    </article>
  );
}
