import { readFileSync } from "node:fs";
import { MisuseError, requireKnownOptions } from "@oauth-dcr/core";
import type { Environment } from "./environment.js";
import { SETTING_MEMBERS, type ConfigMember } from "./config-schema.js";
import { schemaProblem } from "./schema-problem.js";
import { SettingError, wrong } from "./setting-error.js";
import type { Flag } from "./setting-table.js";
import { TRUST_MEMBERS, type TrustMembers } from "./trust-settings.js";
import type { EnvironmentReference } from "./setting-types.js";

/** A configuration file that was read. */
export interface ConfigFile {
  readonly path: string;
  /** Its settings, as their flags have them. */
  readonly settings: ReadonlyMap<Flag, string>;
  /** Its tiers and templates, which no flag can say. */
  readonly trust: TrustMembers;
}

/**
 * Reads a configuration file. Each member is judged by the published schema; whether the settings make sense together is
 * judged with those of flags and variables.
 *
 * @param environment the variables that the file may name, as it holds no secrets itself
 * @throws SettingError that names the file, and the member where it is one
 */
export function readConfigFile(path: string, environment: Environment): ConfigFile {
  const settings = new Map<Flag, string>();
  const trust: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(membersOf(path))) {
    const member = SETTING_MEMBERS.get(name);
    const ofTrust = Object.hasOwn(TRUST_MEMBERS, name)
      ? TRUST_MEMBERS[name as keyof TrustMembers]
      : undefined;
    const schema = member?.type.schema ?? ofTrust;
    const problem = schema && schemaProblem(value, schema, name);
    if (problem !== undefined) throw new SettingError(`${path}: ${problem}`);
    if (ofTrust) trust[name] = value;
    if (member) settings.set(member.flag, textOf(value, member, `${path}: ${name}`, environment));
  }
  return { path, settings, trust };
}

function membersOf(path: string): Readonly<Record<string, unknown>> {
  const value = parsed(path);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SettingError(`${path}: must hold one JSON object`);
  }
  try {
    requireKnownOptions(path, value, ["$schema", ...SETTING_MEMBERS.keys(), ...Object.keys(TRUST_MEMBERS)]);
  } catch (error) {
    if (error instanceof MisuseError) throw new SettingError(error.message.replace("no option", "no member"));
    throw error;
  }
  const members = value as Readonly<Record<string, unknown>>;
  if (typeof (members["$schema"] ?? "") === "string") return members;
  throw new SettingError(`${path}: $schema must be a text`);
}

function parsed(path: string): unknown {
  let content: Uint8Array;
  try {
    content = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw wrong(
      "config",
      `names a file that cannot be read: ${JSON.stringify(path)}, ${code ?? String(error)}`,
    );
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
  } catch (error) {
    throw new SettingError(
      `${path}: must be JSON in UTF-8: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** The value of a member as its flag has it. */
function textOf(value: unknown, { type }: ConfigMember, place: string, environment: Environment): string {
  if (!type.mayHoldPassword) return type.textOf(value as never);
  if (typeof value !== "string") {
    const { env } = value as EnvironmentReference;
    const text = environment[env] ?? "";
    if (text !== "") return text;
    throw new SettingError(`${place} names the environment variable ${env}, which is not set`);
  }
  if (!holdsPassword(value)) return value;
  throw new SettingError(
    `${place} must not hold a password: put the URL into an environment variable, and write { "env": "NAME" } here`,
  );
}

/** Whether a URL has a password where the drivers of databases look for one. */
function holdsPassword(text: string): boolean {
  if (!URL.canParse(text)) return text.includes("://") && text.includes("@");
  const { password, searchParams } = new URL(text);
  return password !== "" || [...searchParams.keys()].some((name) => /pass|secret/i.test(name));
}
