import type {
  DomainRefusal,
  DomainVerification,
  DomainVerificationOptions,
} from "@oauth-dcr/core/domain-verification";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { pinnedConnection, txtRecords } from "@oauth-dcr/node";
import type { CommandLine } from "./command-line.js";
import { durationSeconds } from "./duration.js";
import { SettingError } from "./setting-error.js";

/** The subcommands about domains that vouch for clients. */
export const DOMAIN_SUBCOMMANDS = {
  challenge: { argument: "the id of one client and a domain", arguments: 2, flags: ["issuer"] },
  verify: {
    argument: "the id of one client and a domain",
    arguments: 2,
    flags: ["audit", "issuer", "method", "name-servers"],
  },
  recheck: { flags: ["audit", "issuer", "limit", "older-than", "name-servers"] },
};

/**
 * How proofs are looked for.
 *
 * @throws SettingError for name servers that are no addresses
 */
export function waysToLook({ "name-servers": servers }: CommandLine["values"]): DomainVerificationOptions {
  try {
    return {
      txtRecords: txtRecords(servers === undefined ? {} : { servers: servers.split(/[ ,]+/) }),
      guardedFetch: guardedFetch({ connection: pinnedConnection() }),
    };
  } catch {
    throw new SettingError("--name-servers must be addresses such as 192.0.2.1 or [2001:db8::1]:5353");
  }
}

/**
 * Answers a line of JSON.
 *
 * @throws Error where the client has no such domain, or the domain does not vouch for it
 */
export async function runDomainTool(
  domains: DomainVerification,
  { subcommand, argument: clientId, secondArgument: domain = "", values }: CommandLine,
): Promise<string> {
  switch (subcommand) {
    case "challenge": {
      const answer = await domains.challenge(clientId, domain);
      if (answer.outcome !== "challenge") throw new Error(refusalOf(answer));
      const { outcome: _, ...challenge } = answer;
      return JSON.stringify(challenge);
    }
    case "verify": {
      const { method = "dns" } = values;
      if (method !== "dns" && method !== "file") throw new SettingError("--method must be dns or file");
      const answer = await domains.verifyDomain(clientId, domain, { method });
      switch (answer.outcome) {
        case "verified":
          return JSON.stringify({ clientId, domain, method, tier: answer.tier });
        case "not_verified":
          throw new Error(
            `${domain} does not vouch for the client: ${answer.problem}${detailOf(answer.cause)}`,
          );
        case "too_many_domains":
          throw new Error("the client has ten domains that vouch for it, and cannot have more");
        default:
          throw new Error(refusalOf(answer));
      }
    }
    default:
      return JSON.stringify(await domains.recheckDomains(recheckOf(values)));
  }
}

function recheckOf({ limit, "older-than": olderThan }: CommandLine["values"]) {
  const olderThanSeconds = olderThan === undefined ? undefined : durationSeconds(olderThan);
  if (olderThan !== undefined && olderThanSeconds === undefined)
    throw new SettingError("--older-than must be a duration such as 30m, 24h or 7d");
  if (limit !== undefined && !/^([1-9]\d{0,2}|1000)$/.test(limit))
    throw new SettingError("--limit must be a whole number from 1 to 1000");
  return {
    ...(limit !== undefined && { limit: Number(limit) }),
    ...(olderThanSeconds !== undefined && { olderThanSeconds }),
  };
}

function refusalOf(refusal: DomainRefusal): string {
  if (refusal.outcome === "unknown_client") return "there is no client of that identifier";
  const { domains } = refusal;
  return domains.length === 0
    ? "the client has no domain that could vouch for it"
    : `no URL of the client has that host; its hosts are ${domains.join(", ")}`;
}

function detailOf(cause: unknown): string {
  return cause instanceof Error ? ` (${cause.message})` : "";
}
