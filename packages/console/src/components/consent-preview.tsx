import type { ConsentView, ClientRegistration } from "@oauth-dcr/core";
import { PAGE_TEXTS } from "@oauth-dcr/core/consent-page";
import type { RegisteredClient } from "@oauth-dcr/core/store";
import { TierBadge } from "./badges.js";
import { Told } from "./told.js";

/** How many redirect URIs of a client are shown with what a user would see. */
const MOST_URIS = 5;

/** What a user would see of a client, for each of its first redirect URIs. The client counts as approved here. */
export function consentViewsOf(
  registration: Pick<ClientRegistration, "consentView">,
  client: RegisteredClient,
): readonly ConsentView[] {
  const approved = { ...client, status: "active" } as const;
  const uris = client.metadata.redirect_uris ?? [];
  return uris.slice(0, MOST_URIS).flatMap((uri) => registration.consentView(approved, uri) ?? []);
}

/** What a user sees on the consent page, summarized for the operator. */
export function ConsentPreview({ views }: { readonly views: readonly ConsentView[] }) {
  const [first] = views;
  if (!first)
    return <p class="muted">No redirect URI of this client is accepted today, so no user is asked.</p>;
  const destinations = [...new Set(views.map(({ redirect }) => redirect.destination))];
  const warnings = [...new Set(views.flatMap((view) => view.warnings))];
  return (
    <div class="consent">
      <p class="consent-to">
        The authorization response goes to{" "}
        {destinations.map((destination, index) => (
          <>
            {index > 0 && ", "}
            <strong>
              <Told text={destination} most={100} />
            </strong>
          </>
        ))}
      </p>
      <p>
        Tier: <TierBadge tier={first.tier} />
      </p>
      {warnings.length > 0 && (
        <ul class="warnings">
          {warnings.map((warning) => (
            <li>{PAGE_TEXTS.en.warnings[warning].title}</li>
          ))}
        </ul>
      )}
      <dl class="facts">
        {first.members.map(({ member, value, isVerified }) => (
          <div>
            <dt>
              <Told text={member} most={60} />
            </dt>
            <dd>
              <Told text={typeof value === "string" ? value : JSON.stringify(value)} />{" "}
              <span class={`badge ${isVerified ? "verified" : "claimed"}`}>
                {isVerified ? "verified" : "not verified"}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
