import { SETTINGS, type Flag } from "./setting-table.js";
import type { SettingType } from "./setting-types.js";
import { TRUST_MEMBERS } from "./trust-settings.js";

/** A member of the configuration file. */
export interface ConfigMember {
  readonly flag: Flag;
  readonly type: SettingType;
}

/** The member of a configuration file that stands for a flag, such as `rateLimit` for `--rate-limit`. */
export function memberOf(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The members of a configuration file that are settings, by their names. */
export const SETTING_MEMBERS: ReadonlyMap<string, ConfigMember> = new Map(
  (Object.keys(SETTINGS) as Flag[]).flatMap((flag) => {
    const setting = SETTINGS[flag];
    return "type" in setting ? [[memberOf(flag), { flag, type: setting.type }] as const] : [];
  }),
);

/**
 * The JSON Schema of the configuration file, which is published with the package.
 *
 * @see JSON Schema 2020-12 https://json-schema.org/draft/2020-12/json-schema-core
 */
export function configSchema(): string {
  const settings = [...SETTING_MEMBERS].map(([member, { flag, type }]) => {
    const { says, default: byDefault } = SETTINGS[flag];
    const shown = byDefault === "" ? "" : `; default: ${byDefault}`;
    return [member, { ...type.schema, description: `${says} (${type.schema.description}${shown})` }];
  });
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Configuration of oauth-dcr",
    description:
      "What oauth-dcr reads with --config FILE. A flag wins over an environment variable, and that over the file.",
    type: "object",
    properties: {
      $schema: { description: "where this schema is, for editors", type: "string" },
      ...(Object.fromEntries(settings) as object),
      ...TRUST_MEMBERS,
    },
    additionalProperties: false,
  };
  return JSON.stringify(schema, null, 2);
}
