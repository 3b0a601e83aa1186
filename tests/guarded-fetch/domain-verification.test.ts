import { tokenGatedPreset } from "@oauth-dcr/core";
import { domainVerification } from "@oauth-dcr/core/domain-verification";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { memoryStore } from "@oauth-dcr/core/memory";
import { txtRecords } from "@oauth-dcr/node";
import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { connectionTo } from "../../packages/adapter-node/src/pinned-connection/pinned-connection.js";
import { nameServer, type TxtAnswer } from "../support/name-server.js";
import { selfSignedCertificate } from "./support/certificate.js";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const soon = () => AbortSignal.timeout(10_000);

async function askedOf(answerOf: (name: string) => TxtAnswer) {
  const dns = await nameServer(answerOf);
  ends.push(dns.close);
  return { ...dns, ask: txtRecords({ servers: [dns.server] }) };
}

describe("txtRecords", () => {
  it("joins the strings of a record, and follows an alias", async () => {
    const { ask } = await askedOf((name) =>
      name === "alias.example" ? { alias: "b.example" } : [["v=spf1", " -all"], ["x".repeat(255), "y"], [""]],
    );
    const records = ["v=spf1 -all", `${"x".repeat(255)}y`, ""];
    expect(await ask("a.example", soon())).toEqual(records);
    expect(await ask("alias.example", soon())).toEqual(records);
  });

  it("has none for a name that does not exist, or that has other records alone", async () => {
    const { ask, asked } = await askedOf((name) => (name === "none.example" ? [] : "nxdomain"));
    expect(await ask("none.example", soon())).toEqual([]);
    expect(await ask("_oauth-dcr.gone.example", soon())).toEqual([]);
    expect(asked).toEqual(["none.example", "_oauth-dcr.gone.example"]);
  });

  it.each(["servfail", "refused"] as const)(
    "rejects where name servers say %s, which tells nothing",
    async (say) => {
      const { ask } = await askedOf(() => say);
      await expect(ask("app.example", soon())).rejects.toThrow(/ESERVFAIL|EREFUSED/);
    },
  );

  it("rejects where an answer is too large and cannot be asked for by TCP", async () => {
    const { ask } = await askedOf(() => Array.from({ length: 10 }, () => ["x".repeat(255)]));
    await expect(ask("app.example", soon())).rejects.toThrow();
  });

  it("is given up with its signal", async () => {
    const { ask, asked } = await askedOf(() => "silent");
    const waiting = new AbortController();
    const asking = ask("mute.example", waiting.signal);
    while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    waiting.abort();
    await expect(asking).rejects.toThrow("ECANCELLED");
    await expect(ask("mute.example", AbortSignal.abort())).rejects.toThrow();
    expect(asked).toHaveLength(1);
  });

  it("refuses options that make no sense", () => {
    expect(() => txtRecords({ server: [] } as never)).toThrow("servers");
    expect(() => txtRecords({ servers: ["name.example"] })).toThrow();
  });
});

/** A server whose clients' names and files are all on loopback. */
async function verifying(
  answerOf: (name: string) => TxtAnswer,
  serve: RequestListener,
  addresses = ["127.0.0.1"],
) {
  const { key, cert } = await selfSignedCertificate(["app.example"]);
  const web = createServer({ key, cert }, serve);
  await once(web.listen(0, "127.0.0.1"), "listening");
  ends.push(async () => {
    web.closeAllConnections();
    await new Promise((resolve) => web.close(resolve));
  });
  const { port } = web.address() as AddressInfo;
  const { ask, asked } = await askedOf(answerOf);
  const pinned = connectionTo(
    { ca: cert, resolve: () => Promise.resolve(addresses) },
    (address) => address !== "127.0.0.1",
  );
  const urls: string[] = [];
  const fetchFile = guardedFetch({
    timeoutSeconds: 1,
    connection: async (request) => {
      urls.push(request.url.href);
      return pinned({
        ...request,
        url: new URL(request.url.pathname, `https://${request.url.hostname}:${port}`),
      });
    },
  });
  const store = memoryStore();
  await store.createClient({
    clientId: "app",
    clientIdIssuedAt: 1,
    version: 1,
    status: "active",
    requirements: {},
    origin: { source: "open", policies: [] },
    metadata: { redirect_uris: ["https://app.example/cb"] },
  });
  const options = { ...tokenGatedPreset({ issuer: "https://as.example" }), store, audit: () => undefined };
  const verification = domainVerification(options, { txtRecords: ask, guardedFetch: fetchFile });
  const challenge = await verification.challenge("app", "app.example");
  if (challenge.outcome !== "challenge") throw new Error(challenge.outcome);
  return { ...verification, challenge, urls, asked };
}

describe("a domain", () => {
  it("vouches by a TXT record, also one in two strings behind an alias", async () => {
    let text = "";
    const { verifyDomain, challenge, asked } = await verifying(
      (name) =>
        name === "_oauth-dcr.app.example"
          ? { alias: "proofs.example" }
          : [["x"], [text.slice(0, 9), text.slice(9)]],
      (_req, res) => void res.end(),
    );
    text = challenge.text;
    expect(await verifyDomain("app", "app.example", { method: "dns" })).toMatchObject({
      outcome: "verified",
      tier: "domain_verified",
    });
    expect(asked).toEqual(["_oauth-dcr.app.example"]);
  });

  it("vouches by a file, over a certificate of its name", async () => {
    let text = "";
    const { verifyDomain, challenge, urls } = await verifying(
      () => "nxdomain",
      ({ url }, res) => {
        const isIt = url === "/.well-known/oauth-dcr-clients.txt";
        res.writeHead(isIt ? 200 : 404, { "content-type": "text/plain" }).end(isIt ? `${text}\n` : "");
      },
    );
    text = challenge.text;
    expect(await verifyDomain("app", "app.example", { method: "file" })).toMatchObject({
      outcome: "verified",
    });
    expect(urls).toEqual(["https://app.example/.well-known/oauth-dcr-clients.txt"]);
    expect(await verifyDomain("app", "app.example", { method: "dns" })).toMatchObject({
      problem: "not_published",
    });
  });

  it.each([
    [
      "an endless body",
      (write: (text: string) => void) => setInterval(() => write("x".repeat(70_000)), 1),
      "other_text",
    ],
    ["a body that never ends", (write: (text: string) => void) => write("oauth"), "unreachable"],
  ] as const)("does not by %s", async (_what, send, problem) => {
    const { verifyDomain } = await verifying(
      () => "nxdomain",
      (_req, res) => {
        res.writeHead(200, { "content-type": "text/plain" });
        const timer = send((text) => void res.write(text));
        if (timer) res.once("close", () => clearInterval(timer));
      },
    );
    expect(await verifyDomain("app", "app.example", { method: "file" })).toMatchObject({
      outcome: "not_verified",
      problem,
    });
  });

  it("does not by a file that leads elsewhere, or at an address that is not public", async () => {
    const moved = await verifying(
      () => "nxdomain",
      (_req, res) => void res.writeHead(302, { location: "https://other.example/" }).end(),
    );
    expect(await moved.verifyDomain("app", "app.example", { method: "file" })).toMatchObject({
      problem: "not_published",
    });
    const rebound = await verifying(
      () => "nxdomain",
      (_req, res) => void res.end(),
      ["127.0.0.1", "169.254.169.254"],
    );
    expect(await rebound.verifyDomain("app", "app.example", { method: "file" })).toMatchObject({
      problem: "not_public",
    });
  });
});
