import { one, type ExitCode } from "../command-line/answer.js";
import type { Call, Command, Values } from "../command-line/command.js";
import { withClients } from "../command-line/operator-registration.js";
import { TIERS } from "../settings/trust-settings.js";
import { changeTier } from "./change-tier.js";
import { CLIENT_ID, IF_VERSION, versionOf } from "./client-arguments.js";
import { shownOf } from "./client-finding.js";

const options = {
  to: { value: "TIER", says: "the tier that it gets", choices: TIERS, isRequired: true },
  ...IF_VERSION,
};

const promote: Command = {
  name: "promote",
  says: "raise the trust tier of a client",
  more: "The tier must be higher than the one that the client has. Give the --config of the server if its tiers have scopes.",
  arguments: CLIENT_ID,
  settings: ["audit"],
  options,
  examples: [["clients promote ID --to approved", "trust a client that you looked at"]],
  run: (call) => tierChanged(call, "promote"),
};

const demote: Command = {
  name: "demote",
  says: "lower the trust tier of a client",
  more: "The tier must be lower than the one that the client has.",
  arguments: CLIENT_ID,
  settings: ["audit"],
  options,
  examples: [["clients demote ID --to unknown", "trust a client no more than any caller"]],
  run: (call) => tierChanged(call, "demote"),
};

const administer: Command = {
  name: "administer",
  says: "set the owner, tags and notes of a client",
  more: "An empty value removes the old one.",
  arguments: CLIENT_ID,
  settings: ["audit"],
  options: {
    owner: { value: "NAME", says: "who is responsible for the client" },
    tags: { value: "LIST", says: "tags, separated by commas or spaces" },
    notes: { value: "TEXT", says: "notes for operators" },
    ...IF_VERSION,
  },
  examples: [
    ['clients administer ID --owner team-blue --tags "env:prod,reviewed"', "say who is responsible"],
    ['clients administer ID --notes ""', "remove the notes"],
  ],
  run: (call) =>
    withClients(call, async (clients) => {
      const [clientId = ""] = call.arguments;
      const changed = await clients.administerClient(clientId, patchOf(call.values), versionOf(call.values));
      if (changed) return one(shownOf(changed));
      throw new Error("there is no client of that identifier, or it has another version");
    }),
};

/** The commands that change what you say of a client. */
export const TRUST_COMMANDS: readonly Command[] = [promote, demote, administer];

function tierChanged(call: Call, direction: "promote" | "demote"): Promise<ExitCode> {
  const [clientId = ""] = call.arguments;
  return withClients(call, async (clients) => {
    const to = call.values["to"];
    return one(shownOf(await changeTier(clients, direction, clientId, { to, ...versionOf(call.values) })));
  });
}

function patchOf({ owner, notes, tags }: Values) {
  return {
    ...(owner !== undefined && { owner: owner === "" ? null : owner }),
    ...(notes !== undefined && { notes: notes === "" ? null : notes }),
    ...(tags !== undefined && { tags: tags === "" ? null : tags.split(/[ ,]+/) }),
  };
}
