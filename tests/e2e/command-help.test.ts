import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isNoun } from "../../packages/server/src/command-line/command.js";
import { PROGRAM } from "../../packages/server/src/commands/program.js";
import { runOauthDcr } from "../support/oauth-dcr-process.js";

/** Every command and noun, as words of a command line. */
const PATHS = [
  [],
  ...PROGRAM.commands.flatMap((each) => [
    [each.name],
    ...(isNoun(each) ? each.commands.map((command) => [each.name, command.name]) : []),
  ]),
];
const COMMANDS = PROGRAM.commands.flatMap((each) =>
  isNoun(each)
    ? each.commands.map((command) => ({ path: [each.name, command.name], command }))
    : [{ path: [each.name], command: each }],
);

describe("the help of oauth-dcr", () => {
  it.each(PATHS.map((path) => [["oauth-dcr", ...path].join(" "), path] as const))(
    "%s",
    async (name, path) => {
      const { code, stdout, stderr } = await runOauthDcr([...path, "--help"]);
      expect([code, stderr]).toEqual([0, ""]);
      await expect(stdout).toMatchFileSnapshot(`help/${name.replaceAll(" ", "-")}.txt`);
    },
  );

  it("is the same behind help and before a wrong call", async () => {
    const { stdout } = await runOauthDcr(["clients", "list", "--help"]);
    expect(await runOauthDcr(["help", "clients", "list"])).toMatchObject({ code: 0, stdout });
    const { stdout: all } = await runOauthDcr(["--help"]);
    expect(await runOauthDcr([])).toMatchObject({ code: 2, stdout: "", stderr: all });
  });

  it.each(COMMANDS.map(({ path, command }) => [path.join(" "), command] as const))(
    "has an example of %s, with options that it has",
    (path, { examples, options = {}, settings = [], usesDatabase = true }) => {
      expect(examples.length).toBeGreaterThan(0);
      const known = [
        ...Object.keys(options),
        ...settings,
        ...(usesDatabase ? ["config", "database"] : []),
        ...["json", "jsonl", "table"],
      ];
      for (const [line] of examples) {
        const [own = ""] = line.split(" | ");
        expect(own).toMatch(new RegExp(`^${path}( |$)`));
        const flags = [...own.matchAll(/ --([a-z-]+)/g)].map(([, flag]) => flag);
        expect(flags.filter((flag) => !known.includes(flag ?? ""))).toEqual([]);
      }
    },
  );
});

it("prints its version", async () => {
  const { version } = JSON.parse(
    readFileSync(new URL("../../packages/server/package.json", import.meta.url), "utf8"),
  ) as { version: string };
  for (const flag of ["--version", "-v"]) {
    expect(await runOauthDcr([flag])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  }
});

it.each([
  [["clents"], "unknown command 'clents'; did you mean clients?\nSee oauth-dcr --help\n"],
  [["clients", "lsit"], "unknown command 'lsit'; did you mean list?\nSee oauth-dcr clients --help\n"],
  [
    ["clients", "list", "--tir", "x"],
    "unknown option '--tir'; did you mean --tier?\nSee oauth-dcr clients list --help\n",
  ],
  [["serve", "--quta", "5"], "unknown option '--quta'; did you mean --quota?\nSee oauth-dcr serve --help\n"],
  [["audit", "sign"], "required option '--key <FILE>' not specified\nSee oauth-dcr audit sign --help\n"],
  [
    ["clients", "list", "--tier", "high"],
    "--tier must be one of unknown, domain_verified, approved, first_party\n",
  ],
  [
    ["clients", "list", "--owner"],
    "option '--owner <NAME>' argument missing\nSee oauth-dcr clients list --help\n",
  ],
  [["clients", "list", "--owner", "--json"], "--owner has no value that makes sense\n"],
])("says what to do after %j", async (args, message) => {
  expect(await runOauthDcr(args)).toEqual({ code: 2, stdout: "", stderr: `oauth-dcr: ${message}` });
});
