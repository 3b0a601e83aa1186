import { parseArgs } from "node:util";
import {
  initialAccessTokenProblem,
  initialAccessTokens,
  type InitialAccessToken,
  type InitialAccessTokens,
} from "@oauth-dcr/core";
import { durationSeconds } from "./duration.js";
import { mayExist, openStore } from "./open-store.js";
import { SettingError } from "./setting-error.js";
import { databaseSetting } from "./settings.js";

export const TOKEN_USAGE =
  "oauth-dcr token issue [--uses N, else 1] [--expires-in TIME, else 7d] [--label TEXT] [--owner TEXT] [--scopes LIST]\n" +
  "                             [--redirect-hosts LIST] [--software-ids LIST] [--grant-types LIST]\n" +
  "       oauth-dcr token list [--after ID] | inspect ID | revoke ID     each with [--database FILE]";

const OPTIONS = {
  database: { type: "string" },
  uses: { type: "string" },
  "expires-in": { type: "string" },
  label: { type: "string" },
  owner: { type: "string" },
  scopes: { type: "string" },
  "redirect-hosts": { type: "string" },
  "software-ids": { type: "string" },
  "grant-types": { type: "string" },
  after: { type: "string" },
} as const;

type Values = Partial<Record<keyof typeof OPTIONS, string>>;

/** What each subcommand takes beside `--database`. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  issue: ["uses", "expires-in", "label", "owner", "scopes", "redirect-hosts", "software-ids", "grant-types"],
  list: ["after"],
  inspect: [],
  revoke: [],
};

/**
 * `oauth-dcr token …`: manages the initial access tokens of a database, while a server runs on it or not. Answers what
 * is to be printed; a new token is printed alone on its line, so that a script can take it.
 *
 * @throws SettingError for a wrong call, StoreOpenError for a database that cannot be opened
 */
export async function runTokenCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { values, subcommand, id } = parse(args);
  const file = databaseSetting(values.database, environment);
  if (file === undefined) {
    throw new SettingError("--database (or OAUTH_DCR_DATABASE) must name the file that the server uses");
  }
  // Another subcommand on a file that is not there is a slip of the pen, and would make the file.
  if (subcommand !== "issue" && !mayExist(file)) throw new SettingError(`there is no database ${file}`);
  const opened = await openStore(file);
  try {
    return await run(initialAccessTokens({ store: opened.store }), subcommand, id, values);
  } finally {
    await opened.close();
  }
}

async function run(
  tokens: InitialAccessTokens,
  subcommand: string,
  id: string,
  values: Values,
): Promise<string> {
  switch (subcommand) {
    case "issue":
      return (await tokens.issue(issueOptions(values))).token;
    case "list": {
      const page = await tokens.list({ after: values.after ?? "" });
      return page.map(line).join("\n");
    }
    case "inspect": {
      const token = await tokens.inspect(id);
      if (token) return line(token);
      break;
    }
    default:
      if (await tokens.revoke(id)) return `revoked ${id}`;
  }
  throw new Error("there is no initial access token of that identifier");
}

/** One JSON line, without the hash, and with what the token is good for now. */
function line({ tokenHash: _, ...token }: InitialAccessToken): string {
  const state = initialAccessTokenProblem(token, Math.floor(Date.now() / 1000)) ?? "good";
  return JSON.stringify({ ...token, state });
}

function issueOptions(values: Values) {
  const { label, owner } = values;
  return {
    uses: wholeNumber("uses", values.uses ?? "1"),
    expiresInSeconds: duration(values["expires-in"] ?? "7d"),
    ...(label !== undefined && { label }),
    ...(owner !== undefined && { owner }),
    ...listOf("scopes", values.scopes),
    ...listOf("redirectHosts", values["redirect-hosts"]),
    ...listOf("softwareIds", values["software-ids"]),
    ...listOf("grantTypes", values["grant-types"]),
  };
}

function listOf(name: string, text: string | undefined): Record<string, readonly string[]> {
  return text === undefined ? {} : { [name]: text.split(/\s+/).filter((entry) => entry !== "") };
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

function parse(args: readonly string[]): { values: Values; subcommand: string; id: string } {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });
  } catch (error) {
    throw new SettingError(
      error instanceof Error ? (error.message.split(". ")[0] ?? "") : "unreadable flags",
    );
  }
  const [subcommand = "", ...ids] = parsed.positionals;
  const takes = Object.hasOwn(TAKES, subcommand) ? TAKES[subcommand] : undefined;
  if (!takes) throw new SettingError("token takes issue, list, inspect or revoke; try oauth-dcr help");
  const wanted = subcommand === "inspect" || subcommand === "revoke" ? 1 : 0;
  if (ids.length !== wanted) {
    throw new SettingError(`token ${subcommand} takes ${wanted === 1 ? "the id of one token" : "no id"}`);
  }
  const stray = Object.keys(parsed.values).find((flag) => flag !== "database" && !takes.includes(flag));
  if (stray !== undefined) throw new SettingError(`token ${subcommand} does not take --${stray}`);
  return { values: parsed.values, subcommand, id: identifierIn(ids[0] ?? "") };
}

/** Of a whole token, which is what one has at hand when it leaked, the identifier in it. */
function identifierIn(text: string): string {
  return /^odcr_iat_([a-z2-7]{26})(?:_|$)/.exec(text)?.[1] ?? text;
}
