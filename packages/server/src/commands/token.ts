import { initialAccessTokenProblem, type InitialAccessToken } from "@oauth-dcr/core/store";
import { done, one, page } from "../command-line/answer.js";
import type { Command, Noun, Values } from "../command-line/command.js";
import { confirmed, YES } from "../command-line/confirm.js";
import { withRegistration } from "../command-line/operator-registration.js";
import { durationSeconds } from "../settings/duration.js";
import { words } from "../settings/setting-readers.js";
import { SettingError } from "../settings/setting-error.js";
import { shownInstant } from "../terminal/shown-value.js";
import type { Column } from "../terminal/table.js";

const id = [{ name: "ID", says: "the id of one token, or the token itself" }];

const issue: Command = {
  name: "issue",
  says: "issue an initial access token, which is shown only once",
  settings: ["audit"],
  options: {
    uses: { value: "N", says: "how many clients may be registered with it (default: 1)" },
    "expires-in": { value: "TIME", says: "how long it is valid, such as 30m, 24h or 7d (default: 7d)" },
    label: { value: "TEXT", says: "a label for operators" },
    owner: { value: "TEXT", says: "who is responsible for its clients" },
    scopes: { value: "LIST", says: "the scopes that its clients may have, separated by spaces" },
    "redirect-hosts": { value: "LIST", says: "the hosts of redirect URIs that they may have" },
    "software-ids": { value: "LIST", says: "the software_id values that they may have" },
    "grant-types": { value: "LIST", says: "the grant types that they may have" },
  },
  examples: [
    ['token issue --label "ci of team blue" --uses 3', "a token for three clients, valid for 7 days"],
    ["token issue --redirect-hosts app.example --expires-in 24h", "a token for clients of one host"],
  ],
  run: (call) =>
    withRegistration(
      call,
      async ({ initialAccessTokens }) => {
        const { token, ...record } = await initialAccessTokens.issue(issueOptions(call.values));
        return {
          ...done(token, { token, ...record }),
          note: "This is shown only once. Send it as authorization: Bearer TOKEN to the registration endpoint.",
        };
      },
      true,
    ),
};

const list: Command = {
  name: "list",
  says: "list the initial access tokens by their ids, 100 at a time",
  options: { after: { value: "ID", says: "continue after this token" } },
  examples: [["token list", "the first 100 tokens"]],
  run: (call) =>
    withRegistration(call, async ({ initialAccessTokens }) => {
      const tokens = await initialAccessTokens.list({ after: call.values["after"] ?? "" });
      return page(tokens.map(shownOf), COLUMNS, tokens.length < 100 ? undefined : tokens.at(-1)?.id);
    }),
};

const show: Command = {
  name: "show",
  says: "show one initial access token, and whether it is still valid",
  arguments: id,
  examples: [["token show odcr_iat_…", "look up a token that was found in a log"]],
  run: (call) =>
    withRegistration(call, async ({ initialAccessTokens }) => {
      const token = await initialAccessTokens.inspect(identifierIn(call.arguments[0]));
      if (token) return one(shownOf(token));
      throw new Error(NOT_FOUND);
    }),
};

const revoke: Command = {
  name: "revoke",
  says: "revoke an initial access token; the clients that it registered stay",
  arguments: id,
  settings: ["audit"],
  options: YES,
  examples: [["token revoke odcr_iat_… --yes", "revoke a token that leaked, from a script"]],
  async run(call) {
    const tokenId = identifierIn(call.arguments[0]);
    await confirmed(call, `revoke the initial access token ${tokenId}`);
    return withRegistration(call, async ({ initialAccessTokens }) => {
      if (await initialAccessTokens.revoke(tokenId)) {
        return done(`revoked ${tokenId}`, { tokenId, outcome: "revoked" });
      }
      throw new Error(NOT_FOUND);
    });
  },
};

/** Manages the initial access tokens of a database. */
export const token: Noun = {
  name: "token",
  says: "issue and revoke initial access tokens",
  commands: [issue, list, show, revoke],
};

const COLUMNS: readonly Column[] = [
  { title: "id", of: ({ id }: InitialAccessToken) => id, width: Infinity },
  { title: "state", of: ({ state }: { readonly state: string }) => state, isState: true },
  { title: "uses left", of: ({ usesLeft }: InitialAccessToken) => usesLeft },
  { title: "label", of: ({ label }: InitialAccessToken) => label },
  { title: "owner", of: ({ owner }: InitialAccessToken) => owner },
  { title: "expires", of: ({ expiresAt }: InitialAccessToken) => shownInstant(expiresAt) },
];

const NOT_FOUND =
  "there is no initial access token of that identifier; oauth-dcr token list shows those that there are";

/** Without the hash, and with what the token is good for now. */
function shownOf(token: InitialAccessToken): object {
  const { tokenHash: _, ...record } = token;
  const state = initialAccessTokenProblem(token, Math.floor(Date.now() / 1000)) ?? "good";
  return { ...record, state };
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
function identifierIn(text = ""): string {
  return /^odcr_iat_([a-z2-7]{26})(?:_|$)/.exec(text)?.[1] ?? text;
}
