import { BarTable, ColumnChart, type Column } from "../components/charts.js";
import { words, statusWords } from "../components/badges.js";
import { Instant } from "../components/moment.js";
import { Notice } from "../components/notice.js";
import { Card, Fact, Facts } from "../components/table.js";
import { hourOf, OUTCOMES, type Activity } from "../reading/activity.js";
import type { Handler, Tools } from "../reading/visit.js";

/** How many hours the two charts show, and how many of them make a column. */
const WINDOWS = {
  day: { hours: 24, step: 1, words: "the last 24 hours" },
  week: { hours: 168, step: 6, words: "the last 7 days" },
} as const;

const SERIES = ["registered", "existing client returned", "refused", "over a limit"];
const SHOWN_REASONS = 10;

/** Registrations over time, numbers of clients, and use of the quotas. */
export const overview: Handler = async ({ tools, query }) => {
  const { registration, activity, now } = tools;
  const window = query.get("window") === "week" ? WINDOWS.week : WINDOWS.day;
  const [counts, sources, tiers, found] = await Promise.all([
    registration.countClients(),
    registration.countClients({ by: "source" }),
    registration.countClients({ by: "tier" }),
    activity?.(),
  ]);
  const statuses = Object.entries<number>({ ...counts });
  return {
    title: "Overview",
    body: (
      <>
        <section class="tiles" aria-label="Clients by status">
          {statuses.map(([status, count]) => (
            <a class="tile" href={status === "expired" ? "/clients" : `/clients?status=${status}`}>
              <span class="tile-number">{count.toLocaleString("en")}</span>
              <span class="tile-name">{statusWords(status)}</span>
            </a>
          ))}
        </section>
        <Card title="Registrations" class="wide">
          <nav class="tabs" aria-label="Window of the chart">
            <a href="/" {...(window === WINDOWS.day && { "aria-current": "true" as const })}>
              24 hours
            </a>
            <a href="/?window=week" {...(window === WINDOWS.week && { "aria-current": "true" as const })}>
              7 days
            </a>
          </nav>
          {found ? (
            <Registrations found={found} window={window} now={now()} />
          ) : (
            <Notice kind="note">
              There is no audit log to read. Start the server with <code>--audit stdout,database</code>.
            </Notice>
          )}
        </Card>
        <div class="columns">
          <Card title="Why registrations were refused">
            <Reasons found={found} />
          </Card>
          <Card title="Unused clients and quotas">
            <Pool pending={counts.pending} found={found} quotas={tools.quotas} />
          </Card>
          <Card title="Clients by source">
            <BarTable caption="Clients by source" what="Source" rows={linked(sources, "source")} />
          </Card>
          <Card title="Clients by tier">
            <BarTable caption="Clients by tier" what="Tier" rows={linked(tiers, "tier")} />
          </Card>
        </div>
      </>
    ),
  };
};

function Registrations(props: {
  readonly found: Activity;
  readonly window: (typeof WINDOWS)[keyof typeof WINDOWS];
  readonly now: number;
}) {
  const { found, window, now } = props;
  const columns = columnsOf(found, window, now);
  return (
    <>
      <ColumnChart title={`Registrations in ${window.words}`} series={SERIES} columns={columns} />
      {found.since !== undefined && (
        <p class="muted">
          The chart counts only the newest {found.events.toLocaleString("en")} events, from{" "}
          <Instant at={found.since} now={now} /> on.
        </p>
      )}
    </>
  );
}

function columnsOf(
  { hours }: Activity,
  { hours: length, step }: { readonly hours: number; readonly step: number },
  now: number,
): readonly Column[] {
  const last = hourOf(now * 1000);
  const end = Math.floor(last / step) * step + step;
  return Array.from({ length: length / step }, (_, index) => {
    const from = end - length + index * step;
    const values = OUTCOMES.map((outcome) =>
      Array.from({ length: step }, (_, hour) => hours.get(from + hour)?.[outcome] ?? 0).reduce(
        (a, b) => a + b,
      ),
    );
    const time = new Date(from * 3_600_000).toISOString();
    return { label: step === 1 ? time.slice(11, 16) : `${time.slice(5, 10)} ${time.slice(11, 13)}h`, values };
  });
}

function Reasons({ found }: { readonly found: Activity | undefined }) {
  if (!found) return <p class="muted">There is no audit log to read.</p>;
  if (found.reasons.length === 0) return <p class="muted">No registration was refused in the last 7 days.</p>;
  // As the log, the documents and the answers write them.
  const rows = found.reasons.slice(0, SHOWN_REASONS).map(([label, count]) => ({ label, count }));
  return (
    <>
      <BarTable caption="Why registrations were refused, in the last 7 days" what="Reason" rows={rows} />
      <p class="muted">
        In the last 7 days. A reason is the first rule that the body broke, or another cause of the refusal.
      </p>
    </>
  );
}

function Pool(props: {
  readonly pending: number;
  readonly found: Activity | undefined;
  readonly quotas: Tools["quotas"];
}) {
  const { pending, found, quotas = {} } = props;
  const full = found?.reasons.find(([reason]) => reason === "quota_exceeded")?.[1] ?? 0;
  const limits = [
    ["of all callers together", quotas.total],
    ["of one address", quotas.perAddress],
    ["of one initial access token", quotas.perInitialAccessToken],
  ] as const;
  const share = quotas.total === undefined ? undefined : Math.min(1, pending / quotas.total);
  return (
    <>
      {share !== undefined && (
        <svg
          class="bar tall"
          viewBox="0 0 100 8"
          preserveAspectRatio="none"
          role="img"
          aria-label="Share of the quota"
        >
          <rect class="bar-rest" width="100" height="8" rx="1" />
          <rect
            class={share > 0.8 ? "bar-full" : "bar-value"}
            width={(share * 100).toFixed(1)}
            height="8"
            rx="1"
          />
        </svg>
      )}
      <Facts>
        <Fact name="Unused clients">{pending.toLocaleString("en")}</Fact>
        {limits.map(([name, limit]) => (
          <Fact name={`Quota ${name}`}>{limit === undefined ? "none" : limit.toLocaleString("en")}</Fact>
        ))}
        {found && <Fact name="Refused because a quota was full, in 7 days">{full.toLocaleString("en")}</Fact>}
      </Facts>
    </>
  );
}

function linked(counts: ReadonlyMap<string, number>, filter: string) {
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => ({
      label: words(name),
      count,
      href: `/clients?${filter}=${encodeURIComponent(name)}`,
    }));
}
