import { conformance, type ConformanceReport } from "@oauth-dcr/conformance";
import { startServer as startMcpSdk } from "@oauth-dcr/example-mcp-sdk";
import { startServer as startOidcProvider } from "@oauth-dcr/example-oidc-provider";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exampleOptions } from "../examples/support/running-example.js";
import { PEERS, versionOf } from "./support/peers.js";

const FINDINGS = readFileSync(join(import.meta.dirname, "../../docs/doctor-findings.md"), "utf8");
const ids = ({ results }: ConformanceReport, outcome: string) =>
  results.filter((result) => result.outcome === outcome).map(({ id }) => id);

describe.each(PEERS)("$name", ({ name, packages, start }) => {
  it("registers clients, and has the findings that are recorded", async () => {
    const peer = await start();
    const report = await conformance(peer.issuer).finally(() => peer.close());
    expect(report.stopped).toBeUndefined();
    expect(ids(report, "passed")).toContain("registration.accepted");

    const recorded = FINDINGS.split("\n## ").find((part) => part.startsWith(name)) ?? "";
    for (const one of packages) expect(recorded).toContain(`${one} ${versionOf(one)}`);
    const inTable = (outcome: string) =>
      [...recorded.matchAll(/^\| (\w+)\s*\| `([^`]+)`/gm)]
        .filter(([, found]) => found === outcome)
        .map(([, , id]) => id);
    expect(inTable("failed")).toEqual(ids(report, "failed"));
    expect(inTable("warned")).toEqual(ids(report, "warned"));
  });
});

it.each([
  ["mcp-sdk", startMcpSdk, "/"],
  ["oidc-provider", startOidcProvider, ""],
] as const)(
  "our registration server in examples/%s passes all checks that it does not leave out on purpose",
  async (_, start, slash) => {
    const example = await start(exampleOptions());
    const report = await conformance(`${example.origin}${slash}`).finally(() => example.close());
    expect(ids(report, "failed")).toEqual([]);
    expect(ids(report, "warned").filter((id) => id !== "real-clients.mcporter")).toEqual([
      "redirect-uris.trusted-name-in-host",
      "errors.duplicate-member",
      "limits.rate",
    ]);
  },
);
