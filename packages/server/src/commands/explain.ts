import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { createClientRegistration, protectedRegistration } from "@oauth-dcr/core";
import { memoryStore } from "@oauth-dcr/core/memory";
import type { Answer } from "../command-line/answer.js";
import type { Call, Command } from "../command-line/command.js";
import { RULE_SETTINGS, serverRules } from "../command-line/server-rules.js";
import { SettingError } from "../settings/setting-error.js";
import { styled } from "../terminal/colour.js";
import { recordOf } from "../terminal/record.js";
import { visibleText } from "../terminal/visible-text.js";

type Assessment = ReturnType<ReturnType<typeof createClientRegistration>["explainClientMetadata"]>;

/** Judges a body as the server would. */
export const explain: Command = {
  name: "explain",
  says: "check the body of a registration without registering it, and show what the server would register",
  more: "It registers nothing and needs no server. The rules are those of --preset, --scopes and so on: give the same --config as for the server. Tokens, software statements, quotas and policies are not checked. The exit code is 1 if the server would refuse the body.",
  arguments: [{ name: "FILE", says: "the JSON body of a registration request; - reads standard input" }],
  settings: ["config", ...RULE_SETTINGS],
  usesDatabase: false,
  examples: [
    ["explain client.json", "judge a file by the default rules"],
    ["explain - --preset web-confidential < client.json", "judge what a pipe has"],
    ["explain client.json --json", "each finding with its rule and section, for a CI job"],
  ],
  async run(call) {
    const body = parsed(await bodyOf(call), call.arguments[0] ?? "");
    const registration = createClientRegistration({
      ...serverRules(call),
      access: protectedRegistration(),
      store: memoryStore(),
      audit: () => undefined,
    });
    return call.print(answerOf(registration.explainClientMetadata(body)));
  },
};

function answerOf({ findings, metadata }: Assessment): Answer {
  const told = { accepted: metadata !== undefined, findings, ...(metadata && { metadata }) };
  const lines = findings.map(({ severity, place, rule, description, specification }) =>
    [
      `${styled(severity === "error" ? "red" : "yellow", severity.padEnd(7))}  ${visibleText(place)}  ${rule}`,
      `         ${visibleText(description)}`,
      `         ${specification}`,
    ].join("\n"),
  );
  const verdict = metadata
    ? `${styled("green", "The server would register:")}\n${recordOf(metadata, "  ", "metadata.")}`
    : styled("red", "The server would refuse this body.");
  return {
    rows: [told],
    isOne: true,
    shown: [...lines, verdict].join("\n"),
    exitCode: metadata ? 0 : 1,
  };
}

async function bodyOf({ arguments: [file = ""] }: Call): Promise<string> {
  if (file === "-") return text(process.stdin);
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as { readonly code?: string };
    throw new SettingError(`${file} cannot be read (${code ?? "unknown error"}); - reads standard input`);
  }
}

function parsed(body: string, file: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    throw new Error(
      `${file === "-" ? "standard input" : file} is no JSON, and the server would refuse it: ${reason}`,
    );
  }
}
