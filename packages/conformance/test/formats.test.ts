import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { beforeAll, expect, it } from "vitest";
import { conformance, toHuman, toJUnit, toSarif, type ConformanceReport } from "../src/index.js";
import { changed, ISSUER, soundServer, type Server } from "./support/sound-server.js";

const HOSTILE = `]]>"'&<script>\u001b[31m\u0000`;

/** Of a server that fails some checks, with hostile texts, and keeps its clients. */
let report: ConformanceReport;
beforeAll(async () => {
  const { server } = await soundServer();
  const hostile: Server = async (request) => {
    if (request.method === "DELETE") return Response.json({ error: HOSTILE }, { status: 400 });
    return changed(await server(request), ({ json }) => {
      if (json?.["issuer"] !== undefined) json["issuer"] = HOSTILE;
      if (json?.["error"] !== undefined) json["error_description"] = HOSTILE;
    });
  };
  report = await conformance(ISSUER, { fetch: (url, init) => hostile(new Request(url, init)) });
  expect(report.counts.failed).toBeGreaterThan(0);
  expect(report.leftBehind.length).toBeGreaterThan(0);
});

it("SARIF is valid by the schema of SARIF 2.1.0", () => {
  const schema = createRequire(import.meta.url).resolve(
    "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json",
  );
  const ajv = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, allErrors: true });
  const {
    $schema: _,
    id: __,
    ...rules
  } = JSON.parse(readFileSync(schema, "utf8")) as Record<string, unknown>;
  const isValid = ajv.compile(rules);
  const sarif = JSON.parse(JSON.stringify(toSarif(report))) as { runs: { results: { level: string }[] }[] };
  isValid(sarif);
  expect(isValid.errors).toBeNull();
  const levels = sarif.runs[0]!.results.map(({ level }) => level);
  expect(levels.filter((level) => level === "error")).toHaveLength(report.counts.failed);
  expect(levels.filter((level) => level === "warning")).toHaveLength(report.counts.warned);
  isValid({ ...sarif, version: "1.0" });
  expect(isValid.errors).not.toBeNull();
});

it("JUnit XML is well-formed, and counts failures and skipped checks", () => {
  const xml = toJUnit(report);
  expect(XMLValidator.validate(xml)).toBe(true);
  const { testsuites } = new XMLParser({ ignoreAttributes: false }).parse(xml) as {
    testsuites: {
      testsuite: { testcase: Record<string, unknown>[]; "@_failures": string; "system-out": string };
    };
  };
  const { testcase, "@_failures": failures, "system-out": output } = testsuites.testsuite;
  expect(testcase).toHaveLength(report.results.length);
  expect(testcase.filter((one) => one["failure"] !== undefined)).toHaveLength(report.counts.failed);
  expect(testcase.filter((one) => one["skipped"] !== undefined)).toHaveLength(report.counts.skipped);
  expect(Number(failures)).toBe(report.counts.failed);
  expect(output).toContain("Not deleted");
  expect(xml).not.toContain("<script>");
});

it("text for people has failures first, escapes what the server sent, and is coloured only on request", () => {
  const text = toHuman(report);
  expect(text).not.toContain("\u001b");
  expect(text.indexOf("failed  discovery.issuer")).toBeGreaterThan(0);
  expect(text.indexOf("failed  discovery.issuer")).toBeLessThan(text.indexOf("could not be deleted"));
  expect(text).not.toContain("passed  ");
  expect(toHuman(report, { verbose: true })).toContain("passed  ");
  expect(toHuman(report, { colour: true })).toContain("\u001b[31mfailed");
});
