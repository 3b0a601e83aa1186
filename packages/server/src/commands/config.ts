import type { Command, Noun } from "../command-line/command.js";
import { configSchema, memberOf } from "../settings/config-schema.js";
import { SETTINGS } from "../settings/setting-table.js";

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

/** The settings of the server. */
export const config: Noun = {
  name: "config",
  says: "explain the settings of the server",
  commands: [settings, schema],
};
