import { ClientFilterForm } from "../components/client-filter-form.js";
import { ClientRows } from "../components/client-rows.js";
import { Outcome } from "../components/notice.js";
import { filtersOf } from "../reading/client-filters.js";
import type { Handler } from "../reading/visit.js";

const PAGE = 50;

/** Finds clients, one page at a time. */
export const clients: Handler = async ({ tools, query }) => {
  const filters = filtersOf(query);
  const after = query.get("after") ?? "";
  const page =
    filters.problems.length > 0 || after.length > 1000
      ? { clients: [] }
      : await tools.registration.findClients({
          ...filters.query,
          limit: PAGE,
          ...(after !== "" && { after }),
        });
  const link = (path: string, more: Readonly<Record<string, string>> = {}): string => {
    const search = new URLSearchParams({ ...filters.given, ...more }).toString();
    return search === "" ? path : `${path}?${search}`;
  };
  return {
    title: "Clients",
    status: filters.problems.length > 0 ? 400 : 200,
    body: (
      <>
        <Outcome query={query} />
        <ClientFilterForm action="/clients" filters={filters} verb="Search" />
        {page.clients.length > 0 && <ClientRows caption="Clients" clients={page.clients} now={tools.now()} />}
        {page.clients.length === 0 && (
          <p class="empty">
            {page.next === undefined
              ? "No client matches."
              : "No match so far. The search continues on the next page."}
          </p>
        )}
        <nav class="pager" aria-label="Pages of clients">
          {after !== "" && <a href={link("/clients")}>First page</a>}
          {page.next !== undefined && <a href={link("/clients", { after: page.next })}>Next page</a>}
          {Object.keys(filters.given).length > 0 && <a href={link("/purge")}>Delete these clients …</a>}
        </nav>
      </>
    ),
  };
};
