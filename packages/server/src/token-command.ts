import { initialAccessTokenProblem, type InitialAccessToken } from "@oauth-dcr/core/store";
import type { InitialAccessTokens } from "@oauth-dcr/core/initial-access-token";
import { parseCommandLine, type CommandAnswer, type CommandLine, type Environment } from "./command-line.js";
import { durationSeconds } from "./duration.js";
import { withRegistration } from "./operator-registration.js";
import { words } from "./setting-readers.js";
import { SettingError } from "./setting-error.js";

export const TOKEN_USAGE =
  "oauth-dcr token issue [--uses N, else 1] [--expires-in TIME, else 7d] [--label TEXT] [--owner TEXT] [--scopes LIST]\n" +
  "                             [--redirect-hosts LIST] [--software-ids LIST] [--grant-types LIST]\n" +
  "       oauth-dcr token list [--after ID] | inspect ID | revoke ID     each with [--database FILE/URL] [--config FILE],\n" +
  "                             issue and revoke with [--audit LIST]";

const CONSTRAINTS = ["scopes", "redirect-hosts", "software-ids", "grant-types"];
const argument = "the id of one token";
const SUBCOMMANDS = {
  issue: { flags: ["uses", "expires-in", "label", "owner", ...CONSTRAINTS, "audit"] },
  list: { flags: ["after"] },
  inspect: { argument },
  revoke: { argument, flags: ["audit"] },
};

type Values = CommandLine["values"];

/**
 * `oauth-dcr token …`: manages the initial access tokens of a database, while a server runs on it or not. Answers what
 * is to be printed; a new token is printed alone on its line, so that a script can take it.
 *
 * @throws SettingError or MisuseError for a wrong call
 * @throws StoreOpenError, or the error of a PostgreSQL server, for a database that cannot be opened
 * @throws Error for a token that there is not
 */
export async function runTokenCommand(
  args: readonly string[],
  environment: Environment,
): Promise<CommandAnswer> {
  const line = parseCommandLine("token", SUBCOMMANDS, args);
  const isIssue = line.subcommand === "issue";
  return withRegistration(
    line,
    environment,
    (registration) => run(registration.initialAccessTokens, line),
    isIssue,
  );
}

async function run(
  tokens: InitialAccessTokens,
  { subcommand, argument: given, values }: CommandLine,
): Promise<string> {
  const id = identifierIn(given);
  switch (subcommand) {
    case "issue":
      return (await tokens.issue(issueOptions(values))).token;
    case "list": {
      const page = await tokens.list({ after: values["after"] ?? "" });
      return page.map(jsonLine).join("\n");
    }
    case "inspect": {
      const token = await tokens.inspect(id);
      if (token) return jsonLine(token);
      break;
    }
    default:
      if (await tokens.revoke(id)) return `revoked ${id}`;
  }
  throw new Error("there is no initial access token of that identifier");
}

/** One JSON line, without the hash, and with what the token is good for now. */
function jsonLine({ tokenHash: _, ...token }: InitialAccessToken): string {
  const state = initialAccessTokenProblem(token, Math.floor(Date.now() / 1000)) ?? "good";
  return JSON.stringify({ ...token, state });
}

function issueOptions(values: Values) {
  const { label, owner } = values;
  return {
    uses: wholeNumber("uses", values["uses"] ?? "1"),
    expiresInSeconds: duration(values["expires-in"] ?? "7d"),
    ...(label !== undefined && { label }),
    ...(owner !== undefined && { owner }),
    ...listOf("scopes", values["scopes"]),
    ...listOf("redirectHosts", values["redirect-hosts"]),
    ...listOf("softwareIds", values["software-ids"]),
    ...listOf("grantTypes", values["grant-types"]),
  };
}

function listOf(name: string, text: string | undefined): Record<string, readonly string[]> {
  return text === undefined ? {} : { [name]: words(text) };
}

function wholeNumber(flag: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new SettingError(`--${flag} must be a whole number of at least 1`);
}

function duration(text: string): number {
  const seconds = durationSeconds(text);
  if (seconds !== undefined) return seconds;
  throw new SettingError("--expires-in must be a duration such as 30m, 24h or 7d");
}

/** Of a whole token, which is what one has at hand when it leaked, the identifier in it. */
function identifierIn(text: string): string {
  return /^odcr_iat_([a-z2-7]{26})(?:_|$)/.exec(text)?.[1] ?? text;
}
