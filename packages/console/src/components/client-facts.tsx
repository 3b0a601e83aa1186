import type { InspectedClient } from "@oauth-dcr/core/administration";
import type { RegisteredClient } from "@oauth-dcr/core/store";
import { words } from "./badges.js";
import { Instant } from "./moment.js";
import { Fact, Facts } from "./table.js";
import { Told } from "./told.js";

/** Why a client was accepted, and what is verified about it. */
export function Acceptance({
  inspected,
  now,
}: {
  readonly inspected: InspectedClient;
  readonly now: number;
}) {
  const { acceptance, client } = inspected;
  const { initialAccessToken: token, federation } = acceptance;
  const { requirements } = client;
  const domains = client.administration?.domains ?? [];
  return (
    <Facts>
      <Fact name="Source">{words(acceptance.source)}</Fact>
      {token && (
        <Fact name="Initial access token">
          <a href={`/tokens/token?id=${encodeURIComponent(token.id)}`}>
            <Told text={token.label ?? token.id} most={80} />
          </a>
        </Fact>
      )}
      {acceptance.owner !== undefined && (
        <Fact name="Owner of the token">
          <Told text={acceptance.owner} />
        </Fact>
      )}
      {acceptance.softwareStatementIssuer !== undefined && (
        <Fact name="Software statement from">
          <Told text={acceptance.softwareStatementIssuer} />{" "}
          <span class={`badge ${acceptance.hasSelfSignedStatement === true ? "claimed" : "verified"}`}>
            {acceptance.hasSelfSignedStatement === true ? "signed by itself" : "verified"}
          </span>
        </Fact>
      )}
      {federation && (
        <Fact name="Federation entity">
          <Told text={federation.entityId} />, trust anchor <Told text={federation.trustAnchor} />
        </Fact>
      )}
      {acceptance.template !== undefined && (
        <Fact name="Template">
          <Told text={acceptance.template} />
        </Fact>
      )}
      <Fact name="Policies">
        {acceptance.policies.length === 0 ? (
          "none"
        ) : (
          <Told text={acceptance.policies.join(", ")} most={500} />
        )}
      </Fact>
      <Fact name="Verified domains">
        {domains.length === 0
          ? "none"
          : domains.map(({ domain, method, verifiedAt }) => (
              <p>
                <Told text={domain} /> <span class="badge verified">{method}</span>{" "}
                <Instant at={verifiedAt} now={now} />
              </p>
            ))}
      </Fact>
      {requirements.consent === true && <Fact name="Consent">asked for at each authorization</Fact>}
      {requirements.pkce === true && <Fact name="PKCE">required</Fact>}
    </Facts>
  );
}

/** What the record says besides the metadata. No secret and no hash of one is shown. */
export function Standing({ client, now }: { readonly client: RegisteredClient; readonly now: number }) {
  const { administration = {}, expiresAt, lastUsedAt, clientSecretExpiresAt } = client;
  const { owner, tags = [], notes, statusReason } = administration;
  return (
    <Facts>
      <Fact name="Registered">
        <Instant at={client.clientIdIssuedAt} now={now} />
      </Fact>
      <Fact name="Last used">
        {lastUsedAt === undefined ? "never" : <Instant at={lastUsedAt} now={now} />}
      </Fact>
      <Fact name="Expires">{expiresAt === undefined ? "never" : <Instant at={expiresAt} now={now} />}</Fact>
      <Fact name="Secret">
        {clientSecretExpiresAt === undefined ? (
          "none"
        ) : clientSecretExpiresAt === 0 ? (
          "does not expire"
        ) : (
          <>
            expires <Instant at={clientSecretExpiresAt} now={now} />
          </>
        )}
      </Fact>
      <Fact name="Can manage itself (RFC 7592)">
        {client.registrationAccessTokenHash === undefined ? "no" : "yes"}
      </Fact>
      <Fact name="Version">{client.version}</Fact>
      {statusReason !== undefined && (
        <Fact name="Reason for its status">
          <Told text={statusReason} most={500} />
        </Fact>
      )}
      <Fact name="Owner">{owner === undefined ? "none" : <Told text={owner} />}</Fact>
      <Fact name="Tags">
        {tags.length === 0 ? "none" : tags.map((tag) => <span class="badge">{tag}</span>)}
      </Fact>
      <Fact name="Notes">{notes === undefined ? "none" : <Told text={notes} most={2000} hasLines />}</Fact>
    </Facts>
  );
}
