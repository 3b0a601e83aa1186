import { initialAccessTokenProblem, type InitialAccessToken } from "@oauth-dcr/core/store";
import { words } from "../components/badges.js";
import { Moment } from "../components/moment.js";
import { Outcome } from "../components/notice.js";
import { Table } from "../components/table.js";
import { Told } from "../components/told.js";
import type { Handler } from "../reading/visit.js";

const PAGE = 50;
const COLUMNS = [
  { title: "Token" },
  { title: "Owner" },
  { title: "State" },
  { title: "Uses left", class: "number" },
  { title: "Issued", class: "roomy" },
  { title: "Expires" },
];

/** The initial access tokens, a page at a time. */
export const tokens: Handler = async ({ tools, query }) => {
  const after = query.get("after") ?? "";
  const found = await tools.registration.initialAccessTokens.list({
    limit: PAGE,
    ...(after.length <= 1000 && { after }),
  });
  const last = found.length === PAGE ? found.at(-1) : undefined;
  const now = tools.now();
  return {
    title: "Initial access tokens",
    body: (
      <>
        <Outcome query={query} />
        <p>
          <a class="button primary" href="/tokens/issue">
            Issue a token
          </a>
        </p>
        {found.length === 0 ? (
          <p class="empty">There are no tokens {after === "" ? "yet" : "after these"}.</p>
        ) : (
          <Table caption="Initial access tokens" columns={COLUMNS}>
            {found.map((token) => (
              <TokenRow token={token} now={now} />
            ))}
          </Table>
        )}
        {last && (
          <nav class="pager" aria-label="Pages of tokens">
            <a href={`/tokens?after=${encodeURIComponent(last.id)}`}>Next page</a>
          </nav>
        )}
      </>
    ),
  };
};

function TokenRow({ token, now }: { readonly token: InitialAccessToken; readonly now: number }) {
  return (
    <tr>
      <th scope="row">
        <a href={tokenHref(token.id)}>
          <Told text={token.label ?? token.id} most={60} />
        </a>
      </th>
      <td>
        {token.owner === undefined ? <span class="muted">none</span> : <Told text={token.owner} most={60} />}
      </td>
      <td>
        <TokenState token={token} now={now} />
      </td>
      <td class="number">{token.usesLeft.toLocaleString("en")}</td>
      <td class="roomy">
        <Moment at={token.issuedAt} now={now} />
      </td>
      <td>
        <Moment at={token.expiresAt} now={now} />
      </td>
    </tr>
  );
}

/** Whether a token can be used now, and why not. */
export function TokenState({ token, now }: { readonly token: InitialAccessToken; readonly now: number }) {
  const problem = initialAccessTokenProblem(token, now);
  return problem === undefined ? (
    <span class="badge status-active">valid</span>
  ) : (
    <span class="badge status-disabled">{words(problem)}</span>
  );
}

/** The page of a token. */
export function tokenHref(id: string): string {
  return `/tokens/token?id=${encodeURIComponent(id)}`;
}
