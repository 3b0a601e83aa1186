import type { ConsentPage } from "@oauth-dcr/core/consent";
import { Instant } from "./moment.js";
import { Table } from "./table.js";
import { Told } from "./told.js";

/** The first consents for a client. */
export type ShownConsents = ConsentPage;

const COLUMNS = [{ title: "User" }, { title: "Redirects to" }, { title: "Scopes" }, { title: "Since" }];

/** Which users allowed a client what. */
export function Consents({
  found,
  now,
}: {
  readonly found: ShownConsents | undefined;
  readonly now: number;
}) {
  if (!found) return <p class="muted">This server stores no consents.</p>;
  if (found.consents.length === 0) return <p class="muted">No user has allowed this client anything.</p>;
  return (
    <>
      <Table caption="Consents for the client" columns={COLUMNS}>
        {found.consents.flatMap(({ userId, grants }) =>
          grants.map(({ destination, scopes, at }) => (
            <tr>
              <th scope="row">
                <Told text={userId} most={60} />
              </th>
              <td>
                <Told text={destination} most={80} />
              </td>
              <td>
                <Told text={scopes.join(" ")} most={200} />
              </td>
              <td>
                <Instant at={at} now={now} />
              </td>
            </tr>
          )),
        )}
      </Table>
      {found.next !== undefined && <p class="muted">Only the first users are shown.</p>}
    </>
  );
}
