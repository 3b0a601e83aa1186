import type { Command, Noun } from "../command-line/command.js";
import { configSchema, memberOf } from "../settings/config-schema.js";
import { settingSources } from "../settings/setting-sources.js";
import { SETTINGS, type Flag } from "../settings/setting-table.js";
import { parseSettings } from "../settings/settings.js";
import { warningsOf } from "./server-warnings.js";

const schema: Command = {
  name: "schema",
  answersWithData: false,
  says: "print the JSON Schema of the configuration file",
  usesDatabase: false,
  examples: [["config schema > config.schema.json", "for an editor that completes the members of the file"]],
  run: async (call) => call.print({ text: configSchema(), rows: [] }),
};

const settings: Command = {
  name: "settings",
  says: "list the settings of the server: flag, environment variable, member of the file, default",
  usesDatabase: false,
  examples: [["config settings", "all settings"]],
  run: async (call) =>
    call.print({
      rows: Object.entries(SETTINGS).map(([flag, { env, value, default: byDefault, says }]) => ({
        flag: `--${flag} ${value}`,
        environment: env,
        ...(flag !== "config" && { member: memberOf(flag) }),
        default: byDefault,
        says,
      })),
    }),
};

const check: Command = {
  name: "check",
  says: "read all settings as the server would, and list the effective ones",
  more: "The exit code is 2 if the server would not start with them. It opens no port, file or database. Passwords are not printed.",
  usesDatabase: false,
  settings: Object.keys(SETTINGS) as Flag[],
  examples: [
    ["config check --config server.json", "judge a configuration file before a deployment"],
    ["config check --json", "the settings of this environment, as one document"],
  ],
  async run(call) {
    const settingsInForce = parseSettings(call.values, call.environment);
    const sources = settingSources(call.values, call.environment);
    const warnings = warningsOf(settingsInForce);
    for (const warning of warnings) console.error(`oauth-dcr: warning: ${warning}`);
    return call.print({
      rows: (Object.keys(SETTINGS) as Flag[]).map((flag) => ({
        flag: `--${flag}`,
        value: withoutPassword(sources.read(flag)),
        from: sources.placeOf(flag),
      })),
    });
  },
};

/** A URL of a service may have a password where drivers look for one. */
function withoutPassword(value: string): string {
  if (!value.includes("://") || !URL.canParse(value))
    return value.includes("@") && value.includes("://") ? "***" : value;
  const url = new URL(value);
  if (url.password !== "") url.password = "***";
  for (const name of url.searchParams.keys()) {
    if (/pass|secret/i.test(name)) url.searchParams.set(name, "***");
  }
  return url.password === "***" || url.search.includes("***") ? url.href : value;
}

/** The settings of the server. */
export const config: Noun = {
  name: "config",
  says: "check and explain the settings of the server",
  commands: [check, settings, schema],
};
