import type { ClientLookupFailure, ClientRegistration } from "@oauth-dcr/core";
import { done, type ExitCode } from "../command-line/answer.js";
import type { Call, Command } from "../command-line/command.js";
import { withRegistration } from "../command-line/operator-registration.js";
import { SETTINGS, type Flag } from "../settings/setting-table.js";
import { SettingError } from "../settings/setting-error.js";
import { isGiven } from "../settings/settings.js";
import { CLIENT_ID, IF_VERSION, REASON, reasonOf, versionOf } from "./client-arguments.js";

type Verb = "approveClient" | "rejectClient" | "disableClient" | "enableClient";

const options = { ...REASON, ...IF_VERSION };
const BEGINS_ANEW =
  "The time to live starts again, so give the same lifetimes as the server, or off. With --config FILE the command reads them from the file, and takes the default of what the file does not have.";
const NOT_HELD = "oauth-dcr clients list --status awaiting_approval lists the clients that await approval";

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
  run: (call) => changed(call, "approveClient", "approved", NOT_HELD, ["unused-ttl"]),
};

const reject: Command = {
  name: "reject",
  says: "reject a client that awaits approval; it is then disabled",
  arguments: CLIENT_ID,
  settings: ["audit"],
  options,
  examples: [['clients reject ID --reason "unknown sender"', "reject, and say why"]],
  run: (call) => changed(call, "rejectClient", "rejected", NOT_HELD),
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
    changed(
      call,
      "disableClient",
      "disabled",
      "reject a client that awaits approval with oauth-dcr clients reject ID; to block a document that was never used, add --client-id-metadata-documents on",
    ),
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
      "oauth-dcr clients list --status disabled lists the disabled clients",
      ["unused-ttl", "idle-ttl"],
    ),
};

/** The commands that change what a client may do. */
export const STATUS_COMMANDS: readonly Command[] = [approve, reject, disable, enable];

/**
 * @param next what to do where the status of the client does not allow the change
 * @param given the settings that must be those of the server: a client that nobody ends would stay for good
 */
function changed(
  call: Call,
  verb: Verb,
  outcome: string,
  next: string,
  given: readonly Flag[] = [],
): Promise<ExitCode> {
  requireLifetimes(call, given);
  const [clientId = ""] = call.arguments;
  const change = { ...reasonOf(call.values), ...versionOf(call.values) };
  return withRegistration(call, async (registration) => {
    if (await registration[verb](clientId, change)) {
      return done(`${outcome} ${clientId}`, { clientId, outcome });
    }
    throw new Error(`${await stateOf(clientId, registration)}; ${next}`);
  });
}

/** @throws SettingError with all flags that are missing */
function requireLifetimes({ values, environment }: Call, flags: readonly Flag[]): void {
  const missing = flags.filter((flag) => !isGiven(flag, values, environment));
  if (missing.length === 0 || isGiven("config", values, environment)) return;
  const defaults = missing.map((flag) => `--${flag} ${SETTINGS[flag].default}`).join(" ");
  throw new SettingError(
    `give the lifetimes of the server, because the lifetime of the client begins again; a server without settings has ${defaults}`,
  );
}

async function stateOf(clientId: string, registration: ClientRegistration): Promise<string> {
  // To look up a URL would fetch its document.
  if (clientId.startsWith("https://")) return `${NO_CLIENT}, or its status does not allow this`;
  const found = await registration.findClient(clientId);
  return found.ok ? IS_USABLE : (STATES[found.error.kind] ?? NO_CLIENT);
}

const NO_CLIENT = "there is no client with that identifier";
const IS_USABLE = "the client is pending or active, or has another version";
const STATES: Readonly<Partial<Record<ClientLookupFailure["kind"], string>>> = {
  awaiting_approval: "the client awaits approval, or has another version",
  disabled: "the client is disabled, or has another version",
  expired_client: "the client has expired",
};
