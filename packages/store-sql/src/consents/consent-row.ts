import type { ClientRequirements } from "@oauth-dcr/core/store";
import type { Consent, ConsentGrant, GivenConsent } from "@oauth-dcr/core/consent";
import type { Row } from "../sql/transition.js";

/** The consent of a row. */
export function fromConsentRow(row: Row): Consent {
  return {
    userId: row["user_id"] as string,
    clientId: row["client_id"] as string,
    grants: JSON.parse(row["grants"] as string) as readonly ConsentGrant[],
  };
}

/** Whether the client of a row is the one that the user saw, and may be used. */
export function isSeen({ consentSince }: GivenConsent, client: Row): boolean {
  const requirements = JSON.parse(client["requirements"] as string) as ClientRequirements;
  const isEnabled = client["status"] === "pending" || client["status"] === "active";
  return isEnabled && requirements.consentSince === consentSince;
}
