import { done, type ExitCode } from "../command-line/answer.js";
import type { Call, Command } from "../command-line/command.js";
import { withRegistration } from "../command-line/operator-registration.js";
import { SETTINGS, type Flag } from "../settings/setting-table.js";
import { requireGiven } from "../settings/settings.js";
import { CLIENT_ID, IF_VERSION, REASON, reasonOf, versionOf } from "./client-arguments.js";

type Verb = "approveClient" | "rejectClient" | "disableClient" | "enableClient";

const options = { ...REASON, ...IF_VERSION };
const BEGINS_ANEW = "The client's time begins anew, so you must give the lifetimes of the server, or off.";
const NOT_HELD =
  "no client of that identifier awaits approval; oauth-dcr clients list --status awaiting_approval shows those that do";

const approve: Command = {
  name: "approve",
  says: "approve a client that awaits approval",
  more: BEGINS_ANEW,
  arguments: CLIENT_ID,
  settings: ["audit", "unused-ttl"],
  options,
  examples: [
    ["clients approve ID --unused-ttl 24h", "approve, with the default lifetime of the server"],
    ['clients approve ID --config server.json --reason "known partner"', "with the server's own settings"],
  ],
  run: (call) => changed(call, "approveClient", "approved", () => NOT_HELD, ["unused-ttl"]),
};

const reject: Command = {
  name: "reject",
  says: "reject a client that awaits approval; it is then disabled",
  arguments: CLIENT_ID,
  settings: ["audit"],
  options,
  examples: [['clients reject ID --reason "unknown sender"', "reject, and say why"]],
  run: (call) => changed(call, "rejectClient", "rejected", () => NOT_HELD),
};

const disable: Command = {
  name: "disable",
  says: "disable a client, so that every server refuses it from now on",
  more: "To block the URL of a metadata document before its first use, give --client-id-metadata-documents on, as for the server.",
  arguments: CLIENT_ID,
  settings: ["audit", "client-id-metadata-documents"],
  options,
  examples: [
    ["clients disable ID --reason phishing", "block an impostor"],
    [
      "clients disable https://evil.example/client.json --client-id-metadata-documents on",
      "block a metadata document that was never used",
    ],
  ],
  run: (call) =>
    changed(call, "disableClient", "disabled", (id) => {
      const document = "; a document that was never used needs --client-id-metadata-documents on";
      return `there is no client of that identifier, or it can do nothing already: it is disabled, or awaits approval and oauth-dcr clients reject rejects it${id.startsWith("https://") ? document : ""}`;
    }),
};

const enable: Command = {
  name: "enable",
  says: "enable a disabled client again",
  more: BEGINS_ANEW,
  arguments: CLIENT_ID,
  settings: ["audit", "unused-ttl", "idle-ttl"],
  options,
  examples: [
    ["clients enable ID --unused-ttl 24h --idle-ttl off", "with the default lifetimes of the server"],
  ],
  run: (call) =>
    changed(
      call,
      "enableClient",
      "enabled",
      () =>
        "no client of that identifier is disabled; oauth-dcr clients list --status disabled shows those that are",
      ["unused-ttl", "idle-ttl"],
    ),
};

/** The commands that change what a client may do. */
export const STATUS_COMMANDS: readonly Command[] = [approve, reject, disable, enable];

/** @param given the settings that must be those of the server: a client that nobody ends would stay for good */
function changed(
  call: Call,
  verb: Verb,
  outcome: string,
  refusal: (clientId: string) => string,
  given: readonly Flag[] = [],
): Promise<ExitCode> {
  for (const flag of given) {
    const reason = `must be what the server has, or off: the client's time begins anew; without a setting the server has --${flag} ${SETTINGS[flag].default}`;
    requireGiven(flag, call.values, call.environment, reason);
  }
  const [clientId = ""] = call.arguments;
  const change = { ...reasonOf(call.values), ...versionOf(call.values) };
  return withRegistration(call, async (registration) => {
    if (await registration[verb](clientId, change)) {
      return done(`${outcome} ${clientId}`, { clientId, outcome });
    }
    throw new Error(refusal(clientId));
  });
}
