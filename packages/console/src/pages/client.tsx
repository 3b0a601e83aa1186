import type { InspectedClient } from "@oauth-dcr/core/administration";
import { TierBadge, StatusBadge } from "../components/badges.js";
import { ClientActions } from "../components/client-actions.js";
import { Acceptance, Standing } from "../components/client-facts.js";
import { ClientName } from "../components/client-rows.js";
import { ConsentPreview, consentViewsOf } from "../components/consent-preview.js";
import { Consents, type ShownConsents } from "../components/consents.js";
import { EventRows } from "../components/event-rows.js";
import { Findings } from "../components/findings.js";
import { Outcome } from "../components/notice.js";
import { Card, Fact, Facts } from "../components/table.js";
import { Told, ToldJson } from "../components/told.js";
import type { Handler, Tools } from "../reading/visit.js";
import { unknownClient } from "./unknown-client.js";

const EVENTS = 25;
const CONSENTS = 25;

/** One client: what it says, what is verified, why it was accepted, what users see, and its history. */
export const client: Handler = async ({ tools, operator, query }) => {
  const id = query.get("id") ?? "";
  const before = Number(query.get("before") ?? NaN);
  const page = { limit: EVENTS, ...(Number.isSafeInteger(before) && before > 0 && { before }) };
  const inspected = id === "" ? undefined : await tools.clients.inspectClient(id, page);
  if (!inspected) return unknownClient(id, operator, tools);
  const now = tools.now();
  const { metadata } = inspected.client;
  return {
    title: "Client",
    body: (
      <>
        <Outcome query={query} />
        <div class="client-head">
          <p class="client-title">
            <ClientName metadata={metadata} most={120} />
          </p>
          <p class="client-id">
            <Told text={id} most={300} />
          </p>
          <p>
            <StatusBadge client={inspected.client} now={now} /> <TierBadge tier={inspected.acceptance.tier} />
          </p>
        </div>
        <div class="columns">
          <Card title="What a user sees">
            <ConsentPreview views={consentViewsOf(tools.registration, inspected.client)} />
          </Card>
          <Card title="Why it was accepted">
            <Acceptance inspected={inspected} now={now} />
          </Card>
          <Card title="What the client says">
            <Metadata inspected={inspected} />
          </Card>
          <Card title="Record">
            <Standing client={inspected.client} now={now} />
          </Card>
          <Card title="What today’s rules find">
            {inspected.findings ? (
              <Findings
                findings={inspected.findings}
                none="Nothing. The client would be registered the same way today."
              />
            ) : (
              <p class="muted">The rules check the document each time that the server fetches it.</p>
            )}
          </Card>
          <Card title="Consents">
            <Consents found={await consentsOf(id, tools)} now={now} />
          </Card>
        </div>
        <ClientActions inspected={inspected} token={operator.formToken} />
        <Card title="History" class="wide">
          <History inspected={inspected} now={now} />
        </Card>
      </>
    ),
  };
};

async function consentsOf(id: string, { consents }: Tools): Promise<ShownConsents | undefined> {
  return consents?.findConsentsForClient(id, { limit: CONSENTS });
}

function Metadata({ inspected }: { readonly inspected: InspectedClient }) {
  return (
    <Facts>
      {Object.entries(inspected.client.metadata).map(([member, value]) => (
        <Fact name={<Told text={member} most={60} />}>
          {typeof value === "string" ? (
            <Told text={value} most={1000} />
          ) : isTexts(value) ? (
            <ul class="values">
              {value.map((text) => (
                <li>
                  <Told text={text} most={500} />
                </li>
              ))}
            </ul>
          ) : (
            <ToldJson value={value} />
          )}
        </Fact>
      ))}
    </Facts>
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function History({ inspected, now }: { readonly inspected: InspectedClient; readonly now: number }) {
  const { history, client } = inspected;
  if (!history.isKept) {
    return (
      <p class="muted">
        The audit events cannot be read back. Start the server with <code>--audit stdout,database</code>.
      </p>
    );
  }
  const { events, next } = history;
  return (
    <>
      {events.length === 0 ? (
        <p class="muted">There are no events of this client.</p>
      ) : (
        <EventRows caption="History of the client" entries={events} now={now} hasClients={false} />
      )}
      {next !== undefined && (
        <p class="pager">
          <a href={`/client?id=${encodeURIComponent(client.clientId)}&before=${next}#part-history`}>
            Older events
          </a>
        </p>
      )}
    </>
  );
}
