import type { Purge } from "@oauth-dcr/core/administration";
import { ClientFilterForm } from "../components/client-filter-form.js";
import { clientHref } from "../components/client-rows.js";
import { Button, PostForm, TextField } from "../components/forms.js";
import { Notice } from "../components/notice.js";
import { Card } from "../components/table.js";
import { Told } from "../components/told.js";
import { filtersOf } from "../reading/client-filters.js";
import type { Handler } from "../reading/visit.js";

/** How many clients one purge deletes. */
const MOST = 100;
/** How many characters their ids have in the form, as it is sent. */
const MOST_CHARACTERS = 200_000;

/** Shows which clients a purge would delete, and asks. Deletes nothing. */
export const purge: Handler = async ({ tools, operator, query }) => {
  const filters = filtersOf(query);
  const isSearch = Object.keys(filters.given).length > 0 && filters.problems.length === 0;
  const found = isSearch
    ? bounded(await tools.clients.purgeClients(filters.query, { limit: MOST }))
    : undefined;
  return {
    title: "Delete many clients",
    status: filters.problems.length > 0 ? 400 : 200,
    body: (
      <>
        <p>Search for the clients first. The console shows them, and deletes nothing until you confirm.</p>
        <ClientFilterForm action="/purge" filters={filters} verb="Preview" />
        {found?.clientIds.length === 0 && <p class="empty">No client matches.</p>}
        {found && found.clientIds.length > 0 && (
          <Card title="Clients to delete">
            <p>
              <strong>
                {found.clientIds.length.toLocaleString("en")}{" "}
                {found.clientIds.length === 1 ? "client" : "clients"}
              </strong>
              {found.more && ", and there are more: one purge deletes at most 100"}.
            </p>
            <ul class="ids">
              {found.clientIds.map((id) => (
                <li>
                  <a href={clientHref(id)}>
                    <Told text={id} most={80} />
                  </a>
                </li>
              ))}
            </ul>
            <PostForm
              action="/purge"
              token={operator.formToken}
              hidden={{ ...filters.given, ids: JSON.stringify(found.clientIds) }}
            >
              <TextField label="Reason, for the audit log" name="reason" most={500} />
              <p>
                Each client is disabled, its tokens are revoked, and its record is deleted.{" "}
                <strong>This cannot be undone.</strong>
              </p>
              <Button kind="danger">Delete permanently</Button>
            </PostForm>
          </Card>
        )}
      </>
    ),
  };
};

/** Leaves out what the form cannot carry. */
function bounded({ clientIds, more }: Purge): Purge {
  let left = MOST_CHARACTERS;
  const fitting = clientIds.filter((id) => (left -= encodeURIComponent(JSON.stringify(id)).length + 3) > 0);
  return { clientIds: fitting, more: more || fitting.length < clientIds.length };
}

/** The clients that were shown. */
function idsOf(form: URLSearchParams): readonly string[] {
  try {
    const ids: unknown = JSON.parse(form.get("ids") ?? "");
    return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === "string").slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** Deletes those of the clients that were shown that the search still finds. */
export const purged: Handler = async ({ tools, operator, form }) => {
  const filters = filtersOf(form);
  if (filters.problems.length > 0 || Object.keys(filters.given).length === 0) return { redirect: "/purge" };
  const shown = idsOf(form);
  const reason = (form.get("reason") ?? "").trim().slice(0, 500);
  const { clientIds } = await tools.clients.purgeClients(filters.query, {
    isDryRun: false,
    clientIds: shown,
    operator: operator.name,
    ...(reason !== "" && { reason }),
  });
  return {
    title: "Clients were deleted",
    body: (
      <>
        <Notice kind="good">
          {clientIds.length.toLocaleString("en")} {clientIds.length === 1 ? "client was" : "clients were"}{" "}
          deleted.
        </Notice>
        {clientIds.length < shown.length && (
          <p>
            The other clients have changed since the preview, or were deleted. They no longer match your
            search.
          </p>
        )}
        <p>
          <a href={`/purge?${new URLSearchParams(filters.given).toString()}`}>
            Preview what the search finds now
          </a>
        </p>
        <p>
          <a href="/clients">Search the clients</a>
        </p>
      </>
    ),
  };
};
