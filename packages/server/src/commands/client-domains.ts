import type {
  DomainRefusal,
  DomainVerification,
  DomainVerificationOptions,
} from "@oauth-dcr/core/domain-verification";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { pinnedConnection, txtRecords } from "@oauth-dcr/node";
import { one, type Answer, type ExitCode } from "../command-line/answer.js";
import type { Call, Command, Values } from "../command-line/command.js";
import { withDomains } from "../command-line/operator-registration.js";
import { durationSeconds } from "../settings/duration.js";
import { SettingError } from "../settings/setting-error.js";
import { requireGiven } from "../settings/settings.js";

const clientAndDomain = [
  { name: "ID", says: "the client_id" },
  { name: "DOMAIN", says: "the host of one of its URLs" },
];
const nameServers = {
  "name-servers": { value: "LIST", says: "addresses of name servers to ask instead of those of the system" },
};

const challenge: Command = {
  name: "challenge",
  says: "print the text that the owner of a domain must publish to verify a client, and where",
  arguments: clientAndDomain,
  settings: ["issuer"],
  examples: [
    [
      "clients challenge ID app.example --issuer https://as.example",
      "what the owner of app.example publishes",
    ],
  ],
  run: (call) =>
    onDomains(call, async (domains) => {
      const [clientId = "", domain = ""] = call.arguments;
      const answer = await domains.challenge(clientId, domain);
      if (answer.outcome !== "challenge") throw new Error(refusalOf(answer));
      const { outcome: _, ...told } = answer;
      return one(told);
    }),
};

const verify: Command = {
  name: "verify",
  says: "check whether a domain confirms a client, and store the proof",
  more: "The tier of the client rises when all of its domains confirm it.",
  arguments: clientAndDomain,
  settings: ["issuer", "audit"],
  options: {
    method: { value: "METHOD", says: "where to look (default: dns)", choices: ["dns", "file"] },
    ...nameServers,
  },
  examples: [
    ["clients verify ID app.example --issuer https://as.example", "look in the TXT record of the domain"],
    [
      "clients verify ID app.example --method file --issuer https://as.example",
      "look in the file of the host",
    ],
  ],
  run: (call) => onDomains(call, async (domains) => verifyDomain(domains, call)),
};

const recheck: Command = {
  name: "recheck",
  says: "check again whether domains still confirm their clients; run it each hour",
  settings: ["issuer", "audit"],
  options: {
    "older-than": { value: "TIME", says: "minimum age of the last check, such as 12h (default: 24h)" },
    limit: { value: "N", says: "how many clients to check, 1 to 1000 (default: 100)" },
    ...nameServers,
  },
  examples: [["clients recheck --issuer https://as.example", "look at proofs that are older than a day"]],
  run: (call) =>
    onDomains(call, async (domains) => one(await domains.recheckDomains(recheckOf(call.values)))),
};

/** The commands about domains that vouch for clients. */
export const DOMAIN_COMMANDS: readonly Command[] = [challenge, verify, recheck];

function onDomains(call: Call, work: (domains: DomainVerification) => Promise<Answer>): Promise<ExitCode> {
  const reason = "must be the server's: a domain vouches for a client at one issuer";
  requireGiven("issuer", call.values, call.environment, reason);
  return withDomains(call, waysToLook(call.values), work);
}

/**
 * How proofs are looked for.
 *
 * @throws SettingError for name servers that are no addresses
 */
function waysToLook({ "name-servers": servers }: Values): DomainVerificationOptions {
  try {
    return {
      txtRecords: txtRecords(servers === undefined ? {} : { servers: servers.split(/[ ,]+/) }),
      guardedFetch: guardedFetch({ connection: pinnedConnection() }),
    };
  } catch {
    throw new SettingError("--name-servers must be addresses such as 192.0.2.1 or [2001:db8::1]:5353");
  }
}

/** @throws Error where the client has no such domain, or the domain does not vouch for it */
async function verifyDomain(domains: DomainVerification, call: Call): Promise<Answer> {
  const [clientId = "", domain = ""] = call.arguments;
  const method = call.values["method"] === "file" ? "file" : "dns";
  const answer = await domains.verifyDomain(clientId, domain, { method });
  switch (answer.outcome) {
    case "verified":
      return one({ clientId, domain, method, tier: answer.tier });
    case "not_verified":
      throw new Error(`${domain} does not vouch for the client: ${answer.problem}${detailOf(answer.cause)}`);
    case "too_many_domains":
      throw new Error("the client has ten domains that vouch for it, and cannot have more");
    default:
      throw new Error(refusalOf(answer));
  }
}

function recheckOf({ limit, "older-than": olderThan }: Values) {
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
