import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import { Findings, type Finding } from "../client-metadata/finding.js";
import type { Rule } from "../client-metadata/rules.js";
import { checkSectorIdentifierDocument } from "../client-metadata/sector-identifier.js";
import { wait, type Steps } from "../lib/steps.js";
import type { RegisteredClient } from "../store/records.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";

/**
 * Fetches the document behind a client's `sector_identifier_uri` and finds what is wrong with it. Comes after every rule
 * that needs no request, so that nobody makes this server send one with metadata that it would refuse.
 *
 * @param current the client as the store has it, where this is an update
 * @see OpenID Connect Dynamic Client Registration section 5 https://openid.net/specs/openid-connect-registration-1_0.html#SectorIdentifierValidation
 */
export function* verifySectorIdentifier(
  metadata: ClientMetadata,
  guardedFetch: GuardedFetch | undefined,
  current: Pick<RegisteredClient, "metadata" | "status"> | undefined,
): Steps<readonly Finding[]> {
  const uri = metadata["sector_identifier_uri"];
  if (typeof uri !== "string") return [];
  const isKnown = current?.status === "active" && current.metadata["sector_identifier_uri"] === uri;
  const rule = yield* wait(brokenRule(uri, metadata.redirect_uris ?? [], guardedFetch, isKnown));
  if (!rule) return [];
  const findings = new Findings();
  findings.error("sector_identifier_uri", rule);
  return findings.all;
}

async function brokenRule(
  uri: string,
  redirectUris: readonly string[],
  guardedFetch: GuardedFetch | undefined,
  isKnown: boolean,
): Promise<Rule | undefined> {
  if (!guardedFetch) return "sector_identifier_uri.unsupported";
  const fetched = await guardedFetch(uri, ["application/json"], isKnown);
  if (!fetched.ok) return "sector_identifier_uri.unreachable";
  const judged = checkSectorIdentifierDocument(fetched.value.text, redirectUris);
  return judged === true ? undefined : judged;
}
