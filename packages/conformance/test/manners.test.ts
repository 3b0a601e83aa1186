import { createServer, type RequestListener, type Server as HttpServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import {
  checkAuthorizationServer,
  conformance,
  ConformanceOptionError,
  type ConformanceOptions,
  toHuman,
  type ConformanceReport,
} from "../src/index.js";
import { changed, ISSUER, soundServer, type Server } from "./support/sound-server.js";

const containing = (text: string): unknown => expect.stringContaining(text);
const outcomeOf = ({ results }: ConformanceReport, id: string) => results.find((result) => result.id === id);
const fetchOf = (server: Server) => (url: string, init: RequestInit) => server(new Request(url, init));

const open: HttpServer[] = [];
async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  open.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
afterEach(() => {
  for (const server of open.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** Discovery, and what `register` does with a registration. */
function serverWith(register: RequestListener, seen: string[] = []): Promise<string> {
  return listen((request, response) => {
    seen.push(`${request.method ?? ""} ${request.url ?? ""} ${request.headers["user-agent"] ?? ""}`);
    if (request.url === "/register") {
      register(request, response);
      return;
    }
    const origin = `http://${request.headers.host ?? ""}`;
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({
        issuer: origin,
        registration_endpoint: `${origin}/register`,
        response_types_supported: ["code"],
      }),
    );
  });
}

describe("politeness", () => {
  it("sends one request at a time, says who it is, and ends at the bound with the clean-up done", async () => {
    const { server } = await soundServer();
    let running = 0;
    let most = 0;
    const agents = new Set<string | null>();
    const counted: Server = async (request) => {
      most = Math.max(most, (running += 1));
      agents.add(request.headers.get("user-agent"));
      const answer = await server(request);
      running -= 1;
      return answer;
    };
    const report = await conformance(ISSUER, { fetch: fetchOf(counted), maxRequests: 30 });
    expect(most).toBe(1);
    expect([...agents].join()).toMatch(/^oauth-dcr-conformance\/\d/);
    expect(report).toMatchObject({ stopped: containing("30 requests"), leftBehind: [] });
    expect(report.requestCount).toBeLessThanOrEqual(30);
    expect(outcomeOf(report, "errors.array")).toMatchObject({
      outcome: "skipped",
      observed: containing("ended early"),
    });
  });

  it("waits as long as Retry-After says, and ends early where that is too long", async () => {
    const seen: string[] = [];
    let registrations = 0;
    const issuer = await serverWith((_, response) => {
      registrations += 1;
      response.statusCode = 429;
      response.setHeader("retry-after", registrations === 1 ? "1" : "3600");
      response.end();
    }, seen);
    const startedAt = Date.now();
    const report = await conformance(issuer, { maxWaitSeconds: 5 });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_000);
    expect(registrations).toBe(2);
    expect(report.stopped).toContain("asks to wait 3600 seconds");
    expect(outcomeOf(report, "limits.rate")).toMatchObject({ outcome: "skipped" });
    expect(outcomeOf(report, "limits.retry-after")).toMatchObject({ outcome: "passed" });
  });

  it("deletes its clients when the loop ends early", async () => {
    const { server } = await soundServer();
    const seen: string[] = [];
    const watched: Server = async (request) => {
      const answer = await server(request);
      seen.push(`${request.method} ${answer.status}`);
      return answer;
    };
    for await (const { id } of checkAuthorizationServer(ISSUER, { fetch: fetchOf(watched) })) {
      if (id === "registration.accepted") break;
    }
    expect(seen.slice(-2)).toEqual(["POST 201", "DELETE 204"]);
  });

  it("waits for a deletion too", async () => {
    const { server } = await soundServer();
    let refused = 0;
    const limited: Server = (request) => {
      const isRefused = request.method === "DELETE" && (refused += 1) === 1;
      return isRefused
        ? Promise.resolve(new Response(null, { status: 429, headers: { "retry-after": "1" } }))
        : server(request);
    };
    const report = await conformance(ISSUER, { fetch: fetchOf(limited) });
    expect(report).toMatchObject({ leftBehind: [] });
    expect(refused).toBeGreaterThan(10);
  });

  it("lists the clients that it could not delete", async () => {
    const { server } = await soundServer();
    const lasting: Server = (request) =>
      request.method === "DELETE" ? Promise.resolve(new Response(null, { status: 405 })) : server(request);
    const report = await conformance(ISSUER, { fetch: fetchOf(lasting) });
    expect(report.leftBehind.length).toBeGreaterThan(10);
    expect(report.leftBehind[0]?.reason).toContain("405");
    expect(toHuman(report)).toContain("could not be deleted");
  });
});

describe("a hostile server", () => {
  it("that never answers costs a timeout for each request", async () => {
    const issuer = await listen(() => undefined);
    const report = await conformance(issuer, { timeoutSeconds: 1 });
    expect(outcomeOf(report, "discovery.document")).toMatchObject({
      outcome: "failed",
      observed: containing("nothing within 1 seconds"),
    });
  });

  it("that never answers is left at the deadline", async () => {
    const issuer = await listen(() => undefined);
    const report = await conformance(issuer, { timeoutSeconds: 1, deadlineSeconds: 1 });
    expect(report.stopped).toBe("1 seconds have passed");
  });

  it("that sends without end is read up to a bound", async () => {
    let written = 0;
    const issuer = await listen((_, response) => {
      const more = () => {
        if (response.destroyed) return;
        written += 65_536;
        response.write("x".repeat(65_536), () => setImmediate(more));
      };
      more();
    });
    const report = await conformance(issuer, { timeoutSeconds: 10 });
    expect(outcomeOf(report, "discovery.document")).toMatchObject({ outcome: "failed" });
    expect(written).toBeLessThan(50_000_000);
  });

  it("is followed nowhere", async () => {
    const seen: string[] = [];
    const other = await listen((request, response) => {
      seen.push(request.url ?? "");
      response.end("{}");
    });
    const issuer = await serverWith((_, response) => {
      response.writeHead(307, { location: `${other}/register` });
      response.end();
    });
    const report = await conformance(issuer);
    expect(outcomeOf(report, "registration.accepted")).toMatchObject({
      outcome: "failed",
      observed: containing("not followed"),
    });
    const pointing = await serverWith((_, response) => {
      response.writeHead(201, { "content-type": "application/json" });
      const registered = {
        client_id: "one",
        registration_client_uri: `${other}/register/one`,
        registration_access_token: "a-token",
      };
      response.end(JSON.stringify(registered));
    });
    const { leftBehind } = await conformance(pointing);
    expect(leftBehind[0]?.reason).toContain("another origin");
    expect(seen).toEqual([]);
  });

  it.each([
    ["text with escapes", "\u001b[2J\u202e\r\n<script>".repeat(100)],
    ["a number", 7],
    ["null", null],
    ["a list", [null, [], {}]],
    ["an object", { toString: 1, length: -1 }],
    ["true", true],
  ])(
    "that has %s in all members, and in all members of registered clients, gets a report",
    async (_, value) => {
      const { server } = await soundServer();
      for (const isMatch of [/./, /register$/, /register\/./]) {
        const odd: Server = async (request) => {
          const answer = await server(request);
          if (!isMatch.test(request.url)) return answer;
          return changed(answer, ({ json }) => {
            if (!json) return;
            for (const name of Object.keys(json)) if (name !== "registration_endpoint") json[name] = value;
          });
        };
        const report = await conformance(ISSUER, { fetch: fetchOf(odd) });
        expect(report.counts.failed + report.counts.skipped).toBeGreaterThan(0);
        expect(toHuman(report, { verbose: true })).toMatch(/^[\n\x20-\x7e]*$/);
        for (const { observed } of report.results) expect(observed.length).toBeLessThan(2_000);
      }
    },
  );
});

it("JSON that is too deep to be walked through counts as none", async () => {
  const { server } = await soundServer();
  const deep: Server = async (request) =>
    changed(await server(request), (parts) => {
      const levels = `${"[".repeat(60_000)}${"]".repeat(60_000)}`;
      parts.text = parts.text.replace(/"(?:issuer|client_id|error)":"[^"]*"/, (member) =>
        member.replace(/:.*/, `:${levels}`),
      );
    });
  const report = await conformance(ISSUER, { fetch: fetchOf(deep) });
  expect(outcomeOf(report, "discovery.document")).toMatchObject({ outcome: "failed" });
  const endpoint = `${ISSUER}/register`;
  const { leftBehind } = await conformance(ISSUER, { fetch: fetchOf(deep), registrationEndpoint: endpoint });
  expect(leftBehind[0]?.reason).toContain("without a client_id that could be read");
});

it.each([
  ["no URL", "as.example", {}],
  ["another scheme", "ftp://as.example", {}],
  ["a user name", "https://me@as.example", {}],
  ["a query", "https://as.example?x", {}],
  ["a well-known URL", "https://as.example/.well-known/oauth-authorization-server", {}],
  ["an unknown option", ISSUER, { token: "one" }],
  ["a token with a line break", ISSUER, { initialAccessToken: "one\r\nx: y" }],
  ["too many requests", ISSUER, { maxRequests: 100_000 }],
  ["no number", ISSUER, { timeoutSeconds: Number.NaN }],
])("refuses %s at once", (_, url, options) => {
  expect(() => checkAuthorizationServer(url, options as ConformanceOptions)).toThrow(ConformanceOptionError);
});
