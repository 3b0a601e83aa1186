import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CHECKS } from "../src/conformance.js";
import { conformance, type ConformanceOptions, type ConformanceReport } from "../src/index.js";
import { REAL_CLIENTS } from "../src/real-client-bodies.js";
import { FLAWS } from "./support/flaws.js";
import { ISSUER, soundServer, type Server } from "./support/sound-server.js";

/** What a server that is open, and so needs no token, cannot be asked; and what no request was limited for. */
const NOT_ASKED = ["registration.challenge", "limits.retry-after"];

function check(server: Server, options: ConformanceOptions = {}): Promise<ConformanceReport> {
  return conformance(ISSUER, { fetch: (url, init) => server(new Request(url, init)), ...options });
}
const containing = (text: string): unknown => expect.stringContaining(text);
const anyText: unknown = expect.any(String);
const outcomeOf = ({ results }: ConformanceReport, id: string) => results.find((result) => result.id === id);

it("a sound server passes every check, and keeps no client", async () => {
  const { server } = await soundServer();
  const report = await check(server);
  const others = report.results.filter(({ outcome }) => outcome !== "passed");
  expect(others.map(({ id, outcome, observed }) => [id, outcome, observed])).toEqual(
    NOT_ASKED.map((id) => [id, "skipped", anyText]),
  );
  expect(report).toMatchObject({ leftBehind: [], counts: { failed: 0, warned: 0 } });
  expect(report.stopped).toBeUndefined();
  expect(report.requestCount).toBeLessThan(150);
});

describe("each check finds its flaw", () => {
  it.each(CHECKS.map(({ id }) => id).filter((id) => id !== "registration.challenge"))("%s", async (id) => {
    const { server } = await soundServer();
    const [outcome, flaw] = FLAWS[id] ?? [];
    const result = outcomeOf(await check(flaw!(server)), id);
    expect(result).toMatchObject({ outcome, impact: anyText, remedy: anyText });
  });

  it("and there is a check for each flaw", () => {
    const ids = CHECKS.map(({ id }) => id);
    expect(Object.keys(FLAWS).filter((id) => !ids.includes(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("an initial access token", () => {
  it("is asked for with 401 and a challenge, and the other checks say that they need one", async () => {
    const { server } = await soundServer({ isProtected: true });
    const report = await check(server);
    expect(outcomeOf(report, "registration.challenge")).toMatchObject({ outcome: "passed" });
    expect(outcomeOf(report, "redirect-uris.javascript")).toMatchObject({
      outcome: "skipped",
      observed: containing("needs an initial access token"),
    });
    const silent: Server = async (request) => {
      const answer = await server(request);
      return answer.status === 401 ? new Response("", { status: 401 }) : answer;
    };
    expect(outcomeOf(await check(silent), "registration.challenge")).toMatchObject({ outcome: "failed" });
  });

  it("lets all checks be made", async () => {
    const { server, token } = await soundServer({ isProtected: true });
    const report = await check(server, { initialAccessToken: token! });
    expect(report.counts).toMatchObject({ failed: 0, warned: 0 });
    expect(outcomeOf(report, "registration.challenge")).toMatchObject({ outcome: "passed" });
  });

  it("goes to the registration endpoint of the issuer's origin alone, or to the one that is named", async () => {
    const { server, token } = await soundServer({ isProtected: true });
    const asked: string[] = [];
    const elsewhere: Server = async (request) => {
      const sent = request.headers.get("authorization") ?? "";
      asked.push(`${new URL(request.url).origin} ${sent.includes(token!) ? "token" : ""}`);
      const answer = await server(new Request(request.url.replace("other.example", "as.example"), request));
      if (!request.url.includes("/.well-known/")) return answer;
      const document = (await answer.json()) as object;
      return Response.json({ ...document, registration_endpoint: "https://other.example/tenant/register" });
    };
    const report = await check(elsewhere, { initialAccessToken: token! });
    expect(new Set(asked)).toEqual(new Set(["https://as.example "]));
    expect(outcomeOf(report, "redirect-uris.javascript")).toMatchObject({
      outcome: "skipped",
      observed: containing("another origin"),
    });

    const named = "https://other.example/tenant/register";
    const other = await check(elsewhere, { initialAccessToken: token!, registrationEndpoint: named });
    expect(asked).toContain("https://other.example token");
    expect(asked).not.toContain("https://as.example token");
    expect(outcomeOf(other, "redirect-uris.javascript")).toMatchObject({ outcome: "passed" });
  });

  it("that is used up makes checks skipped, not passed", async () => {
    const { server, token } = await soundServer({ isProtected: true });
    let uses = 0;
    const once: Server = (request) => {
      const isUse = request.headers.get("authorization")?.includes(token!) === true;
      if (isUse) uses += 1;
      return isUse && uses > 1
        ? Promise.resolve(Response.json({ error: "invalid_token" }, { status: 401 }))
        : server(request);
    };
    const report = await check(once, { initialAccessToken: token! });
    expect(outcomeOf(report, "redirect-uris.javascript")).toMatchObject({
      outcome: "skipped",
      observed: containing("no longer accepts"),
    });
  });
});

it("the bodies of real clients are those of the corpus", () => {
  const path = new URL("../../../tests/corpus/client-registrations.json", import.meta.url);
  const { bodies } = JSON.parse(readFileSync(path, "utf8")) as { bodies: { mcp?: string }[] };
  expect(REAL_CLIENTS).toEqual(bodies.map(({ mcp: _, ...body }) => body));
});
