import { Button, PostForm } from "../components/forms.js";
import type { Page } from "../components/layout.js";
import { Instant } from "../components/moment.js";
import { Outcome } from "../components/notice.js";
import { Card, Fact, Facts } from "../components/table.js";
import { Told } from "../components/told.js";
import type { Handler } from "../reading/visit.js";
import { tokenHref, TokenState } from "./tokens.js";

/** One initial access token, and what it allows. */
export const token: Handler = async ({ tools, query }) => {
  const id = query.get("id") ?? "";
  const found = id === "" ? undefined : await tools.registration.initialAccessTokens.inspect(id);
  const now = tools.now();
  if (!found) return unknownToken(id);
  const { label, owner, usesLeft, issuedAt, expiresAt, revokedAt, constraints } = found;
  return {
    title: "Initial access token",
    body: (
      <>
        <Outcome query={query} />
        <div class="columns">
          <Card title="What it is">
            <Facts>
              <Fact name="Identifier">
                <Told text={id} />
              </Fact>
              <Fact name="Label">{label === undefined ? "none" : <Told text={label} />}</Fact>
              <Fact name="Owner">{owner === undefined ? "none" : <Told text={owner} />}</Fact>
              <Fact name="State">
                <TokenState token={found} now={now} />
              </Fact>
              <Fact name="Uses left">{usesLeft.toLocaleString("en")}</Fact>
              <Fact name="Issued">
                <Instant at={issuedAt} now={now} />
              </Fact>
              <Fact name="Expires">
                <Instant at={expiresAt} now={now} />
              </Fact>
              {revokedAt !== undefined && (
                <Fact name="Revoked">
                  <Instant at={revokedAt} now={now} />
                </Fact>
              )}
            </Facts>
          </Card>
          <Card title="What its clients may have">
            <Facts>
              {LIMITS.map(([name, title]) => (
                <Fact name={title}>
                  {constraints[name] === undefined ? (
                    "any that the server allows"
                  ) : (
                    <Told text={constraints[name].join(" ")} most={2000} />
                  )}
                </Fact>
              ))}
            </Facts>
          </Card>
          {revokedAt === undefined && (
            <Card title="Revoke">
              <p>A revoked token cannot register clients. Clients that were registered with it stay.</p>
              <p>
                <a class="button danger" href={`/tokens/revoke?id=${encodeURIComponent(id)}`}>
                  Revoke this token …
                </a>
              </p>
            </Card>
          )}
        </div>
      </>
    ),
  };
};

/** Asks once more before a token is revoked. */
export const revokeToken: Handler = async ({ tools, operator, query }) => {
  const id = query.get("id") ?? "";
  const found = id === "" ? undefined : await tools.registration.initialAccessTokens.inspect(id);
  if (!found) return unknownToken(id);
  return {
    title: "Revoke a token",
    body: (
      <div class="confirm">
        <p class="client-title">
          <Told text={found.label ?? id} />
        </p>
        <p class="client-id">
          <Told text={id} />
        </p>
        <p>
          The token can then no longer register clients. <strong>This cannot be undone.</strong>
        </p>
        <PostForm action="/tokens/revoke" token={operator.formToken} hidden={{ id }}>
          <div class="buttons">
            <Button kind="danger">Revoke permanently</Button>
            <a class="button plain" href={tokenHref(id)}>
              Keep it
            </a>
          </div>
        </PostForm>
      </div>
    ),
  };
};

function unknownToken(id: string): Page {
  return {
    title: "No such token",
    status: 404,
    body: (
      <p>
        There is no token with the identifier <Told text={id} />. <a href="/tokens">See all tokens</a>
      </p>
    ),
  };
}

const LIMITS = [
  ["scopes", "Scopes"],
  ["redirectHosts", "Hosts of redirect URIs"],
  ["softwareIds", "Software"],
  ["grantTypes", "Grant types"],
  ["policies", "Policies"],
] as const;
