import { readFile, writeFile } from "node:fs/promises";
import {
  conformance,
  ConformanceOptionError,
  toHuman,
  toJUnit,
  toSarif,
  type ConformanceReport,
} from "@oauth-dcr/conformance";
import type { Call, Command } from "../command-line/command.js";
import { SettingError } from "../settings/setting-error.js";

const TOKEN_VARIABLE = "OAUTH_DCR_DOCTOR_TOKEN";

const FORMATS: Readonly<Record<string, (report: ConformanceReport, call: Call) => string>> = {
  human: (report, { values, environment }) => {
    const isTerminal = values["output"] === undefined && process.stdout.isTTY;
    const colour = isTerminal && (environment["NO_COLOR"] ?? "") === "";
    return toHuman(report, { colour, verbose: values["verbose"] !== undefined });
  },
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  junit: toJUnit,
  sarif: (report) => `${JSON.stringify(toSarif(report), null, 2)}\n`,
};

/** Checks any authorization server over HTTP. */
export const doctor: Command = {
  name: "doctor",
  says: "check any authorization server that registers clients, over HTTP",
  more: [
    "It registers about 40 clients, offers dangerous redirect URIs, and deletes the clients where the server",
    "supports RFC 7592. It lists those that it could not delete. Check only servers that you may test.",
    "It sends one request after the other, 200 at most, all of them to the origin of the issuer.",
    "",
    `The initial access token comes from --token-file, or from the variable ${TOKEN_VARIABLE}. No option takes the`,
    "token itself, because other users of the machine can read the list of processes.",
    "",
    "It exits with 1 if a check failed. Warnings and skipped checks do not count.",
  ].join("\n"),
  usesDatabase: false,
  answersWithData: false,
  arguments: [{ name: "URL", says: "the issuer of the authorization server" }],
  options: {
    "token-file": { value: "FILE", says: "file with the initial access token, or - for standard input" },
    "registration-endpoint": {
      value: "URL",
      says: "registration endpoint, if it is not in the metadata or has another origin; gets the token",
    },
    format: { value: "FORMAT", says: "format of the report (default: human)", choices: Object.keys(FORMATS) },
    output: { value: "FILE", says: "file for the report, which is replaced; default: standard output" },
    verbose: { says: "list the checks that passed or were skipped, too" },
  },
  examples: [
    ["doctor https://as.example", "all checks that need no token"],
    ["doctor https://as.example --token-file token.txt", "a server that requires an initial access token"],
    ["doctor https://as.example --format junit --output report.xml", "for a CI server"],
  ],
  run: async (call) => {
    const { values } = call;
    const token = await tokenOf(call);
    const { output } = values;
    // Before anything is registered.
    if (output !== undefined) await written(output, "");
    const endpoint = values["registration-endpoint"];
    const report = await checked(call.arguments[0] ?? "", {
      ...(token !== undefined && { initialAccessToken: token }),
      ...(endpoint !== undefined && { registrationEndpoint: endpoint }),
    });
    const text = FORMATS[values["format"] ?? "human"]?.(report, call) ?? "";
    const exitCode = report.counts.failed > 0 ? 1 : 0;
    if (output === undefined) return call.print({ rows: [], text: text.trimEnd(), exitCode });
    await written(output, text);
    const { failed, warned, skipped, passed } = report.counts;
    const says = `${failed} failed, ${warned} warned, ${skipped} skipped, ${passed} passed; see ${output}`;
    return call.print({ rows: [], text: says, exitCode });
  },
};

/** @throws SettingError for a file that cannot be written */
async function written(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch {
    throw new SettingError(`--output: ${file} cannot be written`);
  }
}

async function checked(...call: Parameters<typeof conformance>): Promise<ConformanceReport> {
  try {
    return await conformance(...call);
  } catch (error) {
    if (error instanceof ConformanceOptionError) throw new SettingError(error.message);
    throw error;
  }
}

/** @throws SettingError for a file that cannot be read */
async function tokenOf({ values, environment }: Call): Promise<string | undefined> {
  const { "token-file": file } = values;
  if (file === undefined) return environment[TOKEN_VARIABLE];
  try {
    return (await readFile(file === "-" ? "/dev/stdin" : file, "utf8")).trim();
  } catch {
    throw new SettingError(`--token-file: ${file} cannot be read`);
  }
}
