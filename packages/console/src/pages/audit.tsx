import type { AuditEvent } from "@oauth-dcr/core";
import type { ClientHistoryEntry, ClientHistoryPage } from "@oauth-dcr/core/administration";
import { words } from "../components/badges.js";
import { EventRows } from "../components/event-rows.js";
import { Button, PostForm, SelectField, TextField } from "../components/forms.js";
import { Instant } from "../components/moment.js";
import { Notice, Outcome } from "../components/notice.js";
import { Card } from "../components/table.js";
import { Told } from "../components/told.js";
import type { Verification } from "../reading/verification.js";
import type { Handler, Tools } from "../reading/visit.js";

const SHOWN = 50;
/** A filter by type or actor looks at so many events for a page. */
const MOST_READ = 2000;

const ACTORS: readonly AuditEvent["actor"][] = [
  "anonymous",
  "token_holder",
  "client",
  "operator",
  "system",
  "user",
];
const TYPES: readonly AuditEvent["type"][] = [
  ...(["client_registered", "client_reused", "client_read", "client_updated", "client_deleted"] as const),
  ...(["registration_refused", "registration_limited"] as const),
  ...([
    "client_management_refused",
    "client_management_limited",
    "client_added",
    "client_administered",
  ] as const),
  ...(["client_approved", "client_rejected", "client_disabled", "client_enabled", "client_removed"] as const),
  ...(["client_secret_rotated", "client_expired", "client_document_changed", "client_held"] as const),
  ...(["client_domain_verified", "client_domain_lost", "client_document_accepted"] as const),
  ...([
    "client_document_refused",
    "client_document_unavailable",
    "consent_recorded",
    "consent_withdrawn",
  ] as const),
  ...(["initial_access_token_issued", "initial_access_token_revoked", "initial_access_token_spent"] as const),
];

/** The audit log, newest first, and whether its chain is intact. */
export const audit: Handler = async ({ tools, operator, query }) => {
  const { auditLog, verification, now } = tools;
  if (!auditLog || !verification) {
    return {
      title: "Audit",
      body: (
        <Notice kind="note">
          The audit events cannot be read back. Start the server with <code>--audit stdout,database</code>.
        </Notice>
      ),
    };
  }
  const filter = {
    type: query.get("type") ?? "",
    actor: query.get("actor") ?? "",
    client: query.get("client") ?? "",
  };
  const before = Number(query.get("before") ?? NaN);
  const from = Number.isSafeInteger(before) && before > 0 ? before : undefined;
  const { events, next } = await eventsOf(tools, auditLog, filter, from);
  const given = Object.entries(filter).filter(([, value]) => value !== "");
  const older = new URLSearchParams([...given, ["before", String(next)]]);
  return {
    title: "Audit",
    body: (
      <>
        <Outcome query={query} />
        <Card title="Verification">
          <Verified verification={verification} token={operator.formToken} now={now()} />
        </Card>
        <form method="get" action="/audit" class="filters" role="search">
          <SelectField label="Event" name="type" value={filter.type} options={optionsOf(TYPES)} />
          <SelectField label="Who" name="actor" value={filter.actor} options={optionsOf(ACTORS)} />
          <TextField label="Client identifier" name="client" value={filter.client} most={2000} />
          <div class="buttons">
            <Button kind="primary">Filter</Button>
            <a class="button plain" href="/audit">
              Clear
            </a>
          </div>
        </form>
        {events.length === 0 ? (
          <p class="empty">
            {next === undefined
              ? "No event matches."
              : "No match among the events that were read. Older events may match."}
          </p>
        ) : (
          <EventRows caption="Audit events" entries={events} now={now()} hasClients />
        )}
        {next !== undefined && (
          <nav class="pager" aria-label="Pages of events">
            <a href={`/audit?${older.toString()}`}>Older events</a>
          </nav>
        )}
      </>
    ),
  };
};

async function eventsOf(
  { clients }: Tools,
  { readEvents }: NonNullable<Tools["auditLog"]>,
  filter: { readonly type: string; readonly actor: string; readonly client: string },
  from: number | undefined,
): Promise<ClientHistoryPage> {
  const isMet = ({ event }: ClientHistoryEntry): boolean =>
    (filter.type === "" || event.type === filter.type) &&
    (filter.actor === "" || event.actor === filter.actor);
  const limit = filter.type === "" && filter.actor === "" ? SHOWN : 1000;
  const read = async (before: number | undefined): Promise<ClientHistoryPage> => {
    const page = { limit, ...(before !== undefined && { before }) };
    if (filter.client === "") return readEvents(page);
    const history = await clients.clientHistory(filter.client, page);
    return history.isKept ? history : { events: [] };
  };
  const events: ClientHistoryEntry[] = [];
  let before = from;
  for (let looked = 0; looked < MOST_READ; looked += limit) {
    const page = await read(before);
    for (const entry of page.events) {
      if (!isMet(entry)) continue;
      events.push(entry);
      if (events.length === SHOWN) return { events, ...(entry.position > 1 && { next: entry.position }) };
    }
    if (page.next === undefined) return { events };
    before = page.next;
  }
  return { events, ...(before !== undefined && { next: before }) };
}

function Verified(props: {
  readonly verification: Verification;
  readonly token: string;
  readonly now: number;
}) {
  const { verification, token, now } = props;
  const state = verification.state();
  return (
    <>
      {state.state === "none" && <p>The chain of events has not been verified since the console started.</p>}
      {state.state === "running" && (
        <Notice kind="note">
          The verification started <Instant at={state.since} now={now} />. Reload this page to see the result.
        </Notice>
      )}
      {state.state === "failed" && <Notice kind="bad">The log could not be read. Try again.</Notice>}
      {state.state === "done" && state.result.ok && (
        <>
          <Notice kind="good">
            The chain is intact: {state.result.events.toLocaleString("en")} events, verified{" "}
            <Instant at={state.at} now={now} />.
          </Notice>
          <p class="muted">
            Its head is <Told text={state.result.head} most={120} />. Store the head where a writer of the
            database cannot change it, and compare it later.
          </p>
        </>
      )}
      {state.state === "done" && !state.result.ok && (
        <Notice kind="bad">
          The chain is broken at position {state.result.position.toLocaleString("en")}:{" "}
          {words(state.result.problem)}. The log was changed, or the disk is damaged.
        </Notice>
      )}
      <PostForm action="/audit/verify" token={token} class="inline">
        <Button kind="primary">Verify the chain</Button>
      </PostForm>
    </>
  );
}

function optionsOf(names: readonly string[]): readonly (readonly [string, string])[] {
  return [["", "any"], ...names.map((name) => [name, words(name)] as const)];
}
