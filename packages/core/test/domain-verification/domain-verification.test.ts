import { describe, expect, test } from "vitest";
import { clientAdministration } from "../../src/administration/client-administration.js";
import type { AuditEvent } from "../../src/audit/audit-event.js";
import { createClientRegistration } from "../../src/client-registration.js";
import { openRegistration } from "../../src/access/open-registration.js";
import { mcpPreset, tokenGatedPreset } from "../../src/configuration/presets.js";
import { memoryRateLimiter } from "../../src/memory.js";
import { trustTiers } from "../../src/trust/index.js";
import { webhookPayload } from "../../src/webhooks/webhook-payload.js";
import {
  domainVerification,
  type DomainVerificationOptions,
} from "../../src/domain-verification/domain-verification.js";
import { guardedFetch } from "../../src/guarded-fetch/guarded-fetch.js";
import { statelessStore } from "../../src/stateless-registration/stateless-store.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { trustTier } from "../../src/store/trust-tier.js";
import type { RegisteredClient } from "../../src/store/records.js";

const DAY = 86_400;
const START = 1_790_000_000;

/** A server with a client, name servers and web servers that answer what the test says. */
function server(more: DomainVerificationOptions = {}) {
  let now = START;
  const events: AuditEvent[] = [];
  const store = memoryStore();
  const txt = new Map<string, readonly string[] | Error>();
  const asked: string[] = [];
  const files = new Map<string, () => Response>();
  const options = {
    ...tokenGatedPreset({ issuer: "https://as.example" }),
    store,
    audit: (event: AuditEvent) => void events.push(event),
    clock: () => now * 1000,
  };
  const verification = domainVerification(options, {
    txtRecords: async (name) => {
      asked.push(name);
      const answer = txt.get(name) ?? [];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    guardedFetch: guardedFetch({
      connection: async ({ url }) =>
        Promise.resolve(files.get(url.href)?.() ?? new Response("", { status: 404 })),
    }),
    ...more,
  });

  async function add(clientId: string, ...redirect_uris: readonly string[]): Promise<void> {
    const client: RegisteredClient = {
      clientId,
      clientIdIssuedAt: START,
      version: 1,
      status: "active",
      requirements: {},
      origin: { source: "open", policies: [] },
      metadata: { redirect_uris, token_endpoint_auth_method: "none" },
    };
    await store.createClient(client);
  }

  /** Publishes the TXT record of a client. */
  async function publish(clientId: string, domain: string): Promise<void> {
    const challenge = await verification.challenge(clientId, domain);
    if (challenge.outcome !== "challenge") throw new Error(challenge.outcome);
    const others = txt.get(challenge.txtName);
    txt.set(challenge.txtName, [...(Array.isArray(others) ? (others as string[]) : []), challenge.text]);
  }

  const clientOf = async (clientId: string): Promise<RegisteredClient> => {
    const client = await store.findClient(clientId);
    if (!client) throw new Error("no such client");
    return client;
  };
  const proofs = async (clientId: string) => (await clientOf(clientId)).administration?.domains ?? [];
  const tier = async (clientId: string) => trustTier(await clientOf(clientId));
  const pass = (seconds: number): void => void (now += seconds);
  const tools = clientAdministration(options);
  const registration = createClientRegistration(options);
  return {
    ...{ ...verification, store, events, txt, asked, files, options, registration, tools },
    ...{ add, publish, clientOf, proofs, tier, pass },
  };
}

const DNS = { method: "dns" } as const;
const FILE = { method: "file" } as const;

describe("a domain that vouches for a client", () => {
  test("makes it domain_verified, by a TXT record among others, with an event and its age", async () => {
    const { add, publish, verifyDomain, txt, tier, proofs, events, asked, pass } = server();
    await add("app", "https://app.example/cb");
    txt.set("_oauth-dcr.app.example", ["v=spf1 -all"]);
    await publish("app", "app.example");
    expect(await verifyDomain("app", "app.example", DNS)).toMatchObject({
      outcome: "verified",
      tier: "domain_verified",
      client: { version: 2, administration: { domains: [{ domain: "app.example" }] } },
    });
    expect(asked).toEqual(["_oauth-dcr.app.example"]);
    expect(await tier("app")).toBe("domain_verified");
    expect(events).toEqual([
      {
        type: "client_domain_verified",
        at: "2026-09-21T14:13:20.000Z",
        actor: "operator",
        clientId: "app",
        domain: "app.example",
        tier: "domain_verified",
        previousTier: "unknown",
      },
    ]);
    pass(50);
    await verifyDomain("app", "app.example", DNS);
    expect(await proofs("app")).toEqual([
      { domain: "app.example", method: "dns", verifiedAt: START, seenAt: START + 50, checkedAt: START + 50 },
    ]);
    expect(events).toHaveLength(1);
  });

  test("may say it by a line of a file", async () => {
    const { add, challenge, verifyDomain, files, tier } = server();
    await add("app", "https://app.example:8443/cb");
    const toPublish = await challenge("app", "app.example");
    if (toPublish.outcome !== "challenge") throw new Error(toPublish.outcome);
    const { fileUrl, text } = toPublish;
    expect(fileUrl).toBe("https://app.example/.well-known/oauth-dcr-clients.txt");
    files.set(fileUrl, () => new Response(`# ours\r\n${text}\r\n`, { headers: TEXT }));
    expect(await verifyDomain("app", "app.example", FILE)).toMatchObject({ outcome: "verified" });
    expect(await tier("app")).toBe("domain_verified");
  });

  test.each([
    ["there is none", () => new Response("", { status: 404 }), "not_published"],
    ["it redirects", () => Response.redirect("https://other.example/"), "not_published"],
    ["it is a page", (text: string) => new Response(text, { headers: HTML }), "other_text"],
    ["the line has more", (text: string) => new Response(`${text} `, { headers: TEXT }), "other_text"],
    [
      "its letters differ",
      (text: string) => new Response(text.toUpperCase(), { headers: TEXT }),
      "other_text",
    ],
    [
      "it has more than 1 KiB",
      (text: string) => new Response(`${text}\n${"x".repeat(1024)}`, { headers: TEXT }),
      "other_text",
    ],
    ["its server is in trouble", () => new Response("", { status: 503 }), "unreachable"],
    ["its server takes us for somebody else", () => new Response("", { status: 403 }), "unreachable"],
  ])("does not by a file where %s", async (_what, answer, problem) => {
    const { add, challenge, verifyDomain, files, tier } = server();
    await add("app", "https://app.example/cb");
    const toPublish = await challenge("app", "app.example");
    if (toPublish.outcome !== "challenge") throw new Error(toPublish.outcome);
    files.set(toPublish.fileUrl, () => answer(toPublish.text));
    expect(await verifyDomain("app", "app.example", FILE)).toMatchObject({
      outcome: "not_verified",
      problem,
    });
    expect(await tier("app")).toBe("unknown");
  });

  test("vouches for that client alone, at that issuer alone, and not for another domain", async () => {
    const one = server();
    await one.add("app", "https://app.example/cb", "https://www.app.example/cb");
    await one.add("other", "https://app.example/cb");
    await one.publish("app", "app.example");
    expect(await one.verifyDomain("other", "app.example", DNS)).toMatchObject({ problem: "other_text" });
    const [text] = (one.txt.get("_oauth-dcr.app.example") ?? []) as readonly string[];
    one.txt.set("_oauth-dcr.www.app.example", [text ?? ""]);
    expect(await one.verifyDomain("app", "www.app.example", DNS)).toMatchObject({ problem: "other_text" });
    const abroad = domainVerification(
      { ...one.options, ...tokenGatedPreset({ issuer: "https://abroad.example" }) },
      { txtRecords: () => Promise.resolve([text ?? ""]) },
    );
    expect(await abroad.verifyDomain("app", "app.example", DNS)).toMatchObject({ problem: "other_text" });
    expect(await one.verifyDomain("app", "app.example", DNS)).toMatchObject({ outcome: "verified" });
  });

  test("does not where name servers echo the question, which holds nothing of the text", async () => {
    const { add, verifyDomain } = server({
      txtRecords: (name) => Promise.resolve([name, `oauth-dcr-client=${name}`]),
    });
    await add("app", "https://app.example/cb");
    expect(await verifyDomain("app", "app.example", DNS)).toMatchObject({ problem: "other_text" });
  });

  test("is one of the client's hosts as it is written there, in any case and script", async () => {
    const { add, challenge } = server();
    await add("app", "https://xn--bcher-kva.example/cb", "https://APP.example/cb");
    for (const domain of ["xn--bcher-kva.example", "bücher.example", "BÜCHER.example"]) {
      expect(await challenge("app", domain), domain).toMatchObject({ domain: "xn--bcher-kva.example" });
    }
    expect(await challenge("app", "App.Example")).toMatchObject({ txtName: "_oauth-dcr.app.example" });
    const domains = ["xn--bcher-kva.example", "app.example"];
    const others = ["app.example.", "example", "www.app.example", "app.example:443", "app.example/", "", "*"];
    for (const domain of [...others, "app.example\u0000", "192.0.2.1", "[::1]", "localhost"]) {
      expect(await challenge("app", domain), domain).toEqual({ outcome: "not_of_client", domains });
    }
    expect(await challenge("nobody", "app.example")).toEqual({ outcome: "unknown_client" });
  });

  test.each([
    "http://127.0.0.1/cb",
    "com.example.app:/cb",
    "https://192.0.2.7/cb",
    "https://[2001:db8::1]/cb",
  ])("does not make a client domain_verified whose answers may go to %s as well", async (uri) => {
    const { add, publish, verifyDomain, tier, challenge } = server();
    await add("app", "https://app.example/cb", uri);
    await publish("app", "app.example");
    expect(await verifyDomain("app", "app.example", DNS)).toMatchObject({
      outcome: "verified",
      tier: "unknown",
    });
    expect(await tier("app")).toBe("unknown");
    await add("none", uri);
    expect(await challenge("none", "app.example")).toEqual({ outcome: "not_of_client", domains: [] });
  });

  test("is needed for each host of the client, and for that of its document", async () => {
    const { store, add, publish, verifyDomain, tier, clientOf } = server();
    await add("plain", "https://app.example/cb");
    const id = "https://doc.example/client.json";
    await store.createClient({
      ...(await clientOf("plain")),
      clientId: id,
      origin: { source: "metadata_document", policies: [] },
    });
    for (const [domain, expected] of [
      ["app.example", "unknown"],
      ["doc.example", "domain_verified"],
    ] as const) {
      await publish(id, domain);
      expect(await verifyDomain(id, domain, DNS)).toMatchObject({ outcome: "verified", tier: expected });
    }
    expect(await tier(id)).toBe("domain_verified");
  });

  test("is one of at most ten", async () => {
    const { add, publish, verifyDomain, proofs } = server();
    const domains = Array.from({ length: 11 }, (_, index) => `app${index}.example`);
    await add("app", ...domains.map((domain) => `https://${domain}/cb`));
    for (const domain of domains) await publish("app", domain);
    for (const domain of domains.slice(0, 10)) await verifyDomain("app", domain, DNS);
    expect(await verifyDomain("app", "app10.example", DNS)).toEqual({ outcome: "too_many_domains" });
    expect(await verifyDomain("app", "app9.example", DNS)).toMatchObject({ outcome: "verified" });
    expect(await proofs("app")).toHaveLength(10);
  });

  test("is counted among the ten while it is the client's: one that it has left makes room, and is told", async () => {
    const { add, publish, verifyDomain, proofs, clientOf, store, events } = server();
    const domains = Array.from({ length: 10 }, (_, index) => `app${index}.example`);
    await add("app", ...domains.map((domain) => `https://${domain}/cb`));
    for (const domain of domains) {
      await publish("app", domain);
      await verifyDomain("app", domain, DNS);
    }
    const { version, ...client } = await clientOf("app");
    const redirect_uris = [...domains.slice(1), "new.example"].map((domain) => `https://${domain}/cb`);
    await store.replaceClient(
      { ...client, metadata: { ...client.metadata, redirect_uris }, version: version + 1 },
      version,
    );
    await publish("app", "new.example");
    events.length = 0;
    expect(await verifyDomain("app", "new.example", DNS)).toMatchObject({
      outcome: "verified",
      tier: "domain_verified",
    });
    expect((await proofs("app")).map(({ domain }) => domain)).toEqual([...domains.slice(1), "new.example"]);
    expect(events).toMatchObject([
      { type: "client_domain_lost", domain: "app0.example", domainProblem: "not_of_client" },
      { type: "client_domain_verified", domain: "new.example", tier: "domain_verified" },
    ]);
  });
});

describe("the operator's tier", () => {
  test.each(["unknown", "approved", "first_party"] as const)(
    "%s stays, whatever domains say, and ends with null",
    async (said) => {
      const { add, publish, verifyDomain, tools, tier, events } = server();
      await add("app", "https://app.example/cb");
      await publish("app", "app.example");
      await tools.administerClient("app", { tier: said });
      expect(await verifyDomain("app", "app.example", DNS)).toMatchObject({
        outcome: "verified",
        tier: said,
      });
      expect(events.at(-1)).not.toHaveProperty("tier");
      const changed = await tools.administerClient("app", { tier: null, notes: "n" });
      expect(changed?.administration).toMatchObject({ notes: "n", domains: [{ domain: "app.example" }] });
      expect(events.at(-1)).toMatchObject({ type: "client_administered", tier: "domain_verified" });
      expect(await tier("app")).toBe("domain_verified");
    },
  );

  test("leaves no place for the operator or a client to claim a proof", async () => {
    const { add, tools } = server();
    await add("app", "https://app.example/cb");
    const claim = { domains: [] } as never;
    await expect(tools.administerClient("app", claim)).rejects.toThrow("domains");
  });

  test("and the list of static clients leave proofs alone", async () => {
    const { publish, verifyDomain, tools, tier } = server();
    const list = [
      {
        clientId: "ours",
        metadata: { redirect_uris: ["https://app.example/cb"], token_endpoint_auth_method: "none" },
      },
    ];
    await tools.applyClients(list);
    await publish("ours", "app.example");
    await verifyDomain("ours", "app.example", DNS);
    expect(await tools.applyClients(list)).toMatchObject([{ outcome: "unchanged" }]);
    const noted = [{ ...list[0]!, administration: { notes: "n" } }];
    expect(await tools.applyClients(noted)).toMatchObject([{ outcome: "changed" }]);
    expect(await tier("ours")).toBe("domain_verified");
  });

  test("judges a changed list of static clients", async () => {
    const made = server();
    const tools = clientAdministration({
      ...made.options,
      ...tokenGatedPreset({ issuer: "https://as.example", scopes_supported: ["read", "write"] }),
      trust: trustTiers({ tiers: { unknown: { scopes: ["read"] } } }),
    });
    const listed = (scope: string) => [
      {
        clientId: "ours",
        metadata: { redirect_uris: ["https://app.example/cb"], token_endpoint_auth_method: "none", scope },
      },
    ];
    await tools.applyClients(listed("read write"));
    expect(await tools.applyClients(listed("write"))).toMatchObject([{ outcome: "refused" }]);
    await made.publish("ours", "app.example");
    await made.verifyDomain("ours", "app.example", DNS);
    expect(await tools.applyClients(listed("write"))).toMatchObject([{ outcome: "changed" }]);
    expect(await made.tier("ours")).toBe("domain_verified");
  });

  test("ends with other hosts in the list of static clients, and its event tells", async () => {
    const { publish, verifyDomain, tools, events } = server();
    const listed = (host: string, notes: string) => [
      {
        clientId: "ours",
        metadata: { redirect_uris: [`https://${host}/cb`], token_endpoint_auth_method: "none" },
        administration: { notes },
      },
    ];
    await tools.applyClients(listed("app.example", "one"));
    await publish("ours", "app.example");
    await verifyDomain("ours", "app.example", DNS);
    events.length = 0;
    await tools.applyClients(listed("other.example", "two"));
    expect(events).toMatchObject([
      { type: "client_administered", tier: "unknown", previousTier: "domain_verified" },
      { type: "client_administered" },
    ]);
    expect(events[1]).not.toHaveProperty("tier");
  });
});

describe("a proof", () => {
  async function verified(more: DomainVerificationOptions = {}) {
    const made = server(more);
    await made.add("app", "https://app.example/cb");
    await made.publish("app", "app.example");
    await made.verifyDomain("app", "app.example", DNS);
    const { events, pass, txt } = made;
    events.length = 0;
    const recheck = async () => {
      pass(DAY + 1);
      return made.recheckDomains();
    };
    const unpublish = (answer: readonly string[] | Error = []) =>
      void txt.set("_oauth-dcr.app.example", answer);
    return { ...made, recheck, unpublish };
  }

  test("is looked at again when its last look is old, and tells nobody while it is there", async () => {
    const { recheckDomains, recheck, proofs, events, pass } = await verified();
    expect(await recheckDomains()).toEqual({ seen: 0, failing: [], lost: [], more: false });
    pass(DAY);
    expect(await recheckDomains()).toMatchObject({ seen: 0, failing: [] });
    expect(await recheck()).toEqual({ seen: 1, failing: [], lost: [], more: false });
    const at = START + 2 * DAY + 1;
    expect(await proofs("app")).toMatchObject([{ verifiedAt: START, seenAt: at, checkedAt: at }]);
    expect(events).toEqual([]);
  });

  test("that is certainly not there is lost at the third look, and the tier with it", async () => {
    const { recheck, recheckDomains, unpublish, tier, proofs, events, clientOf } = await verified();
    unpublish();
    const unseen = { clientId: "app", domain: "app.example", problem: "not_published" };
    for (const absences of [1, 2]) {
      expect(await recheck()).toMatchObject({ failing: [unseen], lost: [] });
      // At once again changes nothing.
      expect(await recheckDomains()).toMatchObject({ failing: [], lost: [] });
      expect(await proofs("app")).toMatchObject([{ absences, seenAt: START }]);
      expect(await tier("app")).toBe("domain_verified");
    }
    expect(await recheck()).toMatchObject({ failing: [], lost: [unseen] });
    expect(await tier("app")).toBe("unknown");
    expect(await clientOf("app")).not.toHaveProperty("administration");
    expect(events).toMatchObject([
      {
        type: "client_domain_lost",
        actor: "system",
        clientId: "app",
        domain: "app.example",
        domainProblem: "not_published",
        tier: "unknown",
      },
    ]);
    expect(await recheck()).toMatchObject({ seen: 0, failing: [], lost: [] });
  });

  test("that is back begins anew to be missed, and keeps its age", async () => {
    const { recheck, unpublish, publish, proofs } = await verified();
    unpublish(["something else"]);
    await recheck();
    await recheck();
    await publish("app", "app.example");
    expect(await recheck()).toMatchObject({ seen: 1 });
    expect((await proofs("app"))[0]).not.toHaveProperty("absences");
    unpublish();
    expect(await recheck()).toMatchObject({ failing: [{}] });
    expect(await proofs("app")).toMatchObject([{ absences: 1, verifiedAt: START }]);
  });

  test("that nobody can look at is lost after a week, and not at one failure, however late", async () => {
    const { recheck, unpublish, tier, proofs } = await verified();
    unpublish(new Error("SERVFAIL"));
    for (let day = 1; day <= 6; day += 1) expect(await recheck()).toMatchObject({ failing: [{}], lost: [] });
    expect((await proofs("app"))[0]).not.toHaveProperty("absences");
    expect(await tier("app")).toBe("domain_verified");
    expect(await recheck()).toMatchObject({ lost: [{ problem: "unreachable" }] });
    expect(await tier("app")).toBe("unknown");

    const late = await verified();
    late.unpublish(new Error("SERVFAIL"));
    late.pass(30 * DAY);
    expect(await late.recheck()).toMatchObject({ failing: [{ problem: "unreachable" }], lost: [] });
    expect(await late.recheck()).toMatchObject({ lost: [{ problem: "unreachable" }] });
  });

  /** A proof by file and one by DNS. Strangers hold connections and questions until `release`. */
  async function flooded(maxConcurrent: number) {
    const published = new Map<string, string>();
    let isDown = false;
    let held = 0;
    let release = (): void => undefined;
    const silence = new Promise<string>((resolve) => (release = () => resolve("")));
    const answer = async (place: string) => {
      const text = published.get(place);
      if (text === undefined) held += 1;
      else if (isDown) throw new Error("down");
      return text ?? silence;
    };
    const fetch = guardedFetch({
      maxConcurrent,
      clock: (): number => made.options.clock(),
      connection: async ({ url }) => new Response(await answer(url.href), { headers: TEXT }),
    });
    const made = server({ guardedFetch: fetch, txtRecords: async (name) => [await answer(name)] });
    const { add, challenge, verifyDomain, pass, recheckDomains } = made;
    for (const [id, method] of [
      ["file", FILE],
      ["dns", DNS],
    ] as const) {
      await add(id, `https://${id}.example/cb`);
      const toPublish = await challenge(id, `${id}.example`);
      if (toPublish.outcome !== "challenge") throw new Error(toPublish.outcome);
      published.set(method === FILE ? toPublish.fileUrl : toPublish.txtName, toPublish.text);
      expect(await verifyDomain(id, `${id}.example`, method)).toMatchObject({ outcome: "verified" });
    }
    return {
      ...made,
      ...{ release: () => release(), held: () => held, setDown: (to: boolean) => void (isDown = to) },
      holdConnection: (i: number) => void fetch(`https://stranger${i}.example/`, ["text/plain"]),
      holdQuestions: async () => {
        await add("silent", "https://silent.example/cb");
        for (let i = 0; i < 10; i += 1) void verifyDomain("silent", "silent.example", DNS);
      },
      recheck: async () => {
        pass(DAY + 1);
        return recheckDomains();
      },
    };
  }

  test("is seen while strangers hold every connection that is not kept for known URLs", async () => {
    const { holdConnection, recheck, held } = await flooded(10);
    for (let i = 0; i < 60; i += 1) holdConnection(i);
    await expect.poll(held).toBe(7);
    expect(await recheck()).toEqual({ seen: 2, failing: [], lost: [], more: false });
  });

  test("is never lost while strangers hold all connections and questions, nor by one failure after that", async () => {
    const { holdConnection, holdQuestions, held, release, recheck, proofs, setDown, events } =
      await flooded(1);
    events.length = 0;
    holdConnection(0);
    await holdQuestions();
    await expect.poll(held).toBe(11);
    const unseen = (problem: string) => ({
      ...{ seen: 0, lost: [], more: false },
      failing: ["dns", "file"].map((id) => ({ clientId: id, domain: `${id}.example`, problem })),
    });
    for (let day = 1; day <= 10; day += 1) expect(await recheck()).toEqual(unseen("busy"));
    expect(await proofs("file")).toMatchObject([{ seenAt: START, checkedAt: START }]);
    release();
    setDown(true);
    expect(await recheck()).toEqual(unseen("unreachable"));
    setDown(false);
    expect(await recheck()).toMatchObject({ seen: 2, lost: [] });
    expect(events).toEqual([]);
  });

  test("that found no connection does not take the place of another in each run", async () => {
    const { holdQuestions, held, pass, recheckDomains } = await flooded(10);
    await holdQuestions();
    await expect.poll(held).toBe(10);
    pass(DAY + 1);
    expect(await recheckDomains({ limit: 1 })).toMatchObject({ seen: 1, failing: [{ clientId: "dns" }] });
  });

  test("whose method is not configured any more is one that nobody can look at", async () => {
    const { options, pass, tier } = await verified();
    pass(DAY + 1);
    const without = domainVerification(options, {
      guardedFetch: guardedFetch({ connection: () => Promise.reject(new Error("down")) }),
    });
    expect(await without.recheckDomains()).toMatchObject({ failing: [{ problem: "unreachable" }] });
    expect(await tier("app")).toBe("domain_verified");
    await expect(without.verifyDomain("app", "app.example", DNS)).rejects.toThrow("method");
  });

  test("stops to count at once when the client's answers may go elsewhere, and counts again when they do not", async () => {
    const { store, clientOf, tier, asked } = await verified();
    const before = await clientOf("app");
    const moved = {
      ...before.metadata,
      redirect_uris: ["https://app.example/cb", "https://evil.example/cb"],
    };
    await store.replaceClient({ ...before, metadata: moved, version: 3 }, 2);
    expect(await tier("app")).toBe("unknown");
    await store.replaceClient({ ...before, version: 4 }, 3);
    expect(await tier("app")).toBe("domain_verified");
    expect(asked).toHaveLength(1);
  });

  test("of a host that the client has left is dropped without a look", async () => {
    const { store, clientOf, recheck, asked, events } = await verified();
    const before = await clientOf("app");
    const metadata = { ...before.metadata, redirect_uris: ["https://new.example/cb"] };
    await store.replaceClient({ ...before, metadata, version: 3 }, 2);
    expect(await recheck()).toMatchObject({ lost: [{ domain: "app.example", problem: "not_of_client" }] });
    expect(asked).toHaveLength(1);
    expect(events).toMatchObject([{ type: "client_domain_lost", domainProblem: "not_of_client" }]);
    expect(events[0]).not.toHaveProperty("tier");
  });

  test("is not kept for a client that moved, or went, while it was looked for", async () => {
    let during = async (): Promise<unknown> => Promise.resolve();
    const made = server({
      txtRecords: async () => {
        await during();
        return text;
      },
    });
    const { add, challenge, store, clientOf, verifyDomain, proofs } = made;
    await add("app", "https://app.example/cb");
    const toPublish = await challenge("app", "app.example");
    const text = toPublish.outcome === "challenge" ? [toPublish.text] : [];
    const before = await clientOf("app");
    during = async () =>
      store.replaceClient(
        { ...before, metadata: { redirect_uris: ["https://evil.example/cb"] }, version: 2 },
        1,
      );
    expect(await verifyDomain("app", "app.example", DNS)).toEqual({
      outcome: "not_of_client",
      domains: ["evil.example"],
    });
    expect(await proofs("app")).toEqual([]);
    await store.replaceClient({ ...before, version: 3 }, 2);
    during = async () => store.changeClientStatus("app", { from: ["active"], to: "disabled", reason: "why" });
    expect(await verifyDomain("app", "app.example", DNS)).toMatchObject({
      outcome: "verified",
      client: { status: "disabled", administration: { statusReason: "why" } },
    });
    expect(await clientOf("app")).toMatchObject({
      status: "disabled",
      administration: { statusReason: "why" },
    });
    during = async () => store.deleteClient("app");
    expect(await verifyDomain("app", "app.example", DNS)).toEqual({ outcome: "unknown_client" });
  });

  test("that the operator saw during a re-check is not lost by it", async () => {
    let isThere = true;
    let during = async (): Promise<unknown> => Promise.resolve();
    const made = server({
      lostAfterAbsences: 1,
      txtRecords: async () => {
        const seen = isThere ? text : [];
        await during();
        return seen;
      },
    });
    const { add, challenge, verifyDomain, recheckDomains, pass, tier } = made;
    await add("app", "https://app.example/cb");
    const toPublish = await challenge("app", "app.example");
    const text = toPublish.outcome === "challenge" ? [toPublish.text] : [];
    await verifyDomain("app", "app.example", DNS);
    pass(DAY + 1);
    isThere = false;
    during = async () => {
      isThere = true;
      during = async () => Promise.resolve();
      await verifyDomain("app", "app.example", DNS);
    };
    await recheckDomains();
    expect(await tier("app")).toBe("domain_verified");
  });

  test("of a host that the client names again during a re-check is not dropped by it", async () => {
    let during = async (): Promise<unknown> => Promise.resolve();
    const made = server({
      txtRecords: async (name) => {
        await during();
        return made.txt.get(name) as readonly string[];
      },
    });
    const { add, publish, verifyDomain, recheckDomains, pass, tier, clientOf, store } = made;
    for (const clientId of ["a", "b"]) {
      await add(clientId, `https://${clientId}.example/cb`);
      await publish(clientId, `${clientId}.example`);
      await verifyDomain(clientId, `${clientId}.example`, DNS);
      pass(1);
    }
    const client = await clientOf("b");
    const elsewhere = { ...client.metadata, redirect_uris: ["https://other.example/cb"] };
    await store.replaceClient({ ...client, metadata: elsewhere, version: 3 }, 2);
    pass(DAY + 1);
    during = async () => store.replaceClient({ ...client, version: 4 }, 3);
    await recheckDomains();
    expect(await tier("b")).toBe("domain_verified");
  });

  test("is looked at although the owner of another client changes that one all the time", async () => {
    const { add, publish, verifyDomain, recheckDomains, pass, proofs, store } = server();
    for (const clientId of ["busy", "honest"]) {
      await add(clientId, `https://${clientId}.example/cb`);
      await publish(clientId, `${clientId}.example`);
      await verifyDomain(clientId, `${clientId}.example`, DNS);
      pass(1);
    }
    const change = store.changeClientAdministration.bind(store);
    store.changeClientAdministration = async (clientId, ...given) =>
      clientId === "busy" ? Promise.resolve({ outcome: "conflict" }) : change(clientId, ...given);
    pass(DAY + 1);
    expect(await recheckDomains({ limit: 1 })).toMatchObject({ seen: 2, more: false });
    expect(await proofs("honest")).toMatchObject([{ seenAt: START + DAY + 3 }]);
  });

  /** Many clients of one site, the oldest checks, and one of another. The site's name servers are silent until `release`. */
  async function withSilentSite() {
    let isSilent = false;
    let release = (): void => undefined;
    const silence = new Promise<void>((resolve) => (release = resolve));
    let hear = (): void => undefined;
    const heard = new Promise<void>((resolve) => (hear = resolve));
    const underWay = { now: 0, most: 0 };
    const texts: string[] = [];
    const made = server({
      txtRecords: async (name) => {
        if (isSilent && name === "_oauth-dcr.honest.example") hear();
        underWay.now += 1;
        underWay.most = Math.max(underWay.most, underWay.now);
        if (isSilent && name.endsWith(".silent.example")) await silence;
        underWay.now -= 1;
        return texts;
      },
    });
    const hosts = [...Array.from({ length: 12 }, (_, index) => `h${index}.silent.example`), "honest.example"];
    for (const host of hosts) {
      await made.add(host, `https://${host}/cb`);
      const challenge = await made.challenge(host, host);
      if (challenge.outcome === "challenge") texts.push(challenge.text);
      await made.verifyDomain(host, host, DNS);
      made.pass(1);
    }
    made.pass(DAY + 1);
    isSilent = true;
    return { ...made, heard, release, underWay };
  }

  test("of a site with silent name servers and many clients does not delay those of others", async () => {
    const { recheckDomains, heard, release, proofs, underWay } = await withSilentSite();
    const run = recheckDomains({ limit: 10 });
    await heard;
    release();
    expect(await run).toEqual({ seen: 10, failing: [], lost: [], more: true });
    expect(underWay.most).toBe(4);
    const [proof] = await proofs("honest.example");
    expect(proof?.seenAt).toBeGreaterThan(START + DAY);
    expect(await recheckDomains({ limit: 10 })).toMatchObject({ seen: 3, more: false });
  });

  test("is looked at again in its turn where other checks had taken the connections", async () => {
    const made = server();
    const { files, options, store, add, challenge, proofs } = made;
    const { verifyDomain, recheckDomains } = domainVerification(
      { ...options, store },
      {
        guardedFetch: guardedFetch({
          maxConcurrent: 1,
          connection: async ({ url }) => Promise.resolve(files.get(url.href)?.() ?? new Response("")),
        }),
      },
    );
    for (const id of ["a", "b", "c"]) {
      await add(id, `https://${id}.example/cb`);
      const toPublish = await challenge(id, `${id}.example`);
      if (toPublish.outcome !== "challenge") throw new Error(toPublish.outcome);
      const { fileUrl, text } = toPublish;
      files.set(fileUrl, () => new Response(text, { headers: TEXT }));
      expect(await verifyDomain(id, `${id}.example`, FILE)).toMatchObject({ outcome: "verified" });
    }
    made.pass(DAY + 1);
    expect(await recheckDomains()).toEqual({ seen: 3, failing: [], lost: [], more: false });
    expect(await proofs("c")).toMatchObject([{ seenAt: START + DAY + 1 }]);
  });

  test("and what the operator says at the same moment are both kept", async () => {
    const { add, publish, options, store, clientOf, events } = server();
    await add("app", "https://app.example/cb");
    await publish("app", "app.example");
    let overtakers = 2;
    const overtaken: typeof store = {
      ...store,
      async changeClientAdministration(clientId, change, auditEvents) {
        if (overtakers > 0) {
          overtakers -= 1;
          await store.changeClientAdministration(clientId, { administration: { notes: `${overtakers}` } });
        }
        return store.changeClientAdministration(clientId, change, auditEvents);
      },
    };
    const { challenge, verifyDomain } = domainVerification(
      { ...options, store: overtaken },
      { txtRecords: async () => Promise.resolve([text]) },
    );
    const toPublish = await challenge("app", "app.example");
    const text = toPublish.outcome === "challenge" ? toPublish.text : "";
    const outcome = await verifyDomain("app", "app.example", DNS);
    expect(outcome).toMatchObject({ outcome: "verified", client: await clientOf("app") });
    expect((await clientOf("app")).administration).toMatchObject({
      notes: "0",
      domains: [{ domain: "app.example" }],
    });
    expect(events).toHaveLength(1);
    overtakers = 100;
    await expect(verifyDomain("app", "app.example", DNS)).rejects.toThrow("again and again");
  });

  test("that was looked at lately is not looked at with an older one of the client", async () => {
    const { add, publish, verifyDomain, recheckDomains, pass, asked } = server();
    await add("app", "https://old.example/cb", "https://new.example/cb");
    for (const domain of ["old.example", "new.example"]) {
      await publish("app", domain);
      await verifyDomain("app", domain, DNS);
      pass(DAY - 10);
    }
    asked.length = 0;
    pass(20);
    expect(await recheckDomains()).toMatchObject({ seen: 2 });
    pass(DAY - 10);
    await verifyDomain("app", "new.example", DNS);
    asked.length = 0;
    pass(20);
    expect(await recheckDomains()).toMatchObject({ seen: 1 });
    expect(asked).toEqual(["_oauth-dcr.old.example"]);
  });

  test("is looked at for so many clients as the limit says, and then for the rest", async () => {
    const { add, publish, verifyDomain, recheckDomains, pass, asked } = server();
    for (const clientId of ["a", "b", "c"]) {
      await add(clientId, `https://${clientId}.example/cb`);
      await publish(clientId, `${clientId}.example`);
      await verifyDomain(clientId, `${clientId}.example`, DNS);
    }
    asked.length = 0;
    pass(DAY + 1);
    expect(await recheckDomains({ limit: 2 })).toMatchObject({ seen: 2, more: true });
    expect(await recheckDomains({ limit: 2 })).toMatchObject({ seen: 1, more: false });
    expect(new Set(asked).size).toBe(3);
  });
});

describe("name servers", () => {
  test("that answer with more than 100 records are read so far", async () => {
    const { add, publish, verifyDomain, txt } = server();
    await add("app", "https://app.example/cb");
    const name = "_oauth-dcr.app.example";
    txt.set(
      name,
      Array.from({ length: 100 }, (_, index) => `other ${index}`),
    );
    await publish("app", "app.example");
    expect(await verifyDomain("app", "app.example", DNS)).toMatchObject({ problem: "other_text" });
  });

  test("that never answer are asked ten questions at once, which end in five seconds", async () => {
    const { add, verifyDomain, tier } = server({ txtRecords: async () => new Promise(() => undefined) });
    await add("app", "https://app.example/cb");
    const outcomes = Array.from({ length: 12 }, async () => verifyDomain("app", "app.example", DNS));
    expect(await Promise.race(outcomes.slice(10))).toMatchObject({ problem: "busy" });
    expect(await Promise.all(outcomes.slice(0, 10))).toMatchObject(
      Array.from({ length: 10 }, () => ({ outcome: "not_verified", problem: "unreachable" })),
    );
    expect(await verifyDomain("app", "app.example", DNS)).toMatchObject({ problem: "busy" });
    expect(await tier("app")).toBe("unknown");
  }, 10_000);

  test("whose function throws or answers nonsense could not be asked", async () => {
    for (const answer of [
      () => {
        throw new Error("sync");
      },
      () => undefined,
      () => Promise.resolve(null),
    ]) {
      const { add, verifyDomain } = server({ txtRecords: answer as never });
      await add("app", "https://app.example/cb");
      expect(await verifyDomain("app", "app.example", DNS)).toMatchObject({ problem: "unreachable" });
    }
  });
});

test("tiers and templates decide for a client that its domains vouch for", async () => {
  const made = server();
  await made.add("app", "https://app.example/cb");
  const before = await made.clientOf("app");
  const scope = "read write";
  await made.store.replaceClient({ ...before, metadata: { ...before.metadata, scope }, version: 2 }, 1);
  await made.publish("app", "app.example");
  const trust = trustTiers({ tiers: { unknown: { scopes: ["read"] } } });
  const options = {
    ...made.options,
    ...tokenGatedPreset({ issuer: "https://as.example", scopes_supported: ["read", "write"] }),
    trust,
  };
  const registration = createClientRegistration(options);
  const scopeOf = async () => {
    const found = await registration.findClient("app");
    return found.ok && found.value.metadata.scope;
  };
  expect(await scopeOf()).toBe("read");
  await made.verifyDomain("app", "app.example", DNS);
  expect(await scopeOf()).toBe("read write");
  // A template that gives more counts, and one that gives nothing takes nothing away.
  const client = await made.clientOf("app");
  expect(trustTier({ ...client, origin: { ...client.origin, tier: "approved" } })).toBe("approved");
  expect(trustTier({ ...client, origin: { ...client.origin, tier: "unknown" } })).toBe("domain_verified");
});

test.each([false, true])(
  "an update that ends the tier says so in its event (a template is gone: %s)",
  async (isGone) => {
    const made = server();
    const options = {
      ...made.options,
      ...mcpPreset({ issuer: "https://as.example" }),
      access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 9, windowSeconds: 60 }) }),
      idempotentRegistration: false,
      clientManagement: { revokeTokens: () => undefined },
      ...(isGone && { trust: trustTiers({ tiers: {} }) }),
    };
    const registration = createClientRegistration(options);
    const send = async (method: string, url: string, body: object, token = "") => {
      const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
      if (token === "") Reflect.deleteProperty(headers, "authorization");
      const response = await registration.fetch(
        new Request(url, { method, headers, body: JSON.stringify(body) }),
        {
          clientAddress: "198.51.100.7",
        },
      );
      return (await response.json()) as Readonly<Record<string, string>>;
    };
    const metadata = { redirect_uris: ["https://app.example/cb"], token_endpoint_auth_method: "none" };
    const client = await send("POST", "https://as.example/register", metadata);
    const { client_id = "", registration_access_token: token, registration_client_uri: uri = "" } = client;
    await made.publish(client_id, "app.example");
    await made.verifyDomain(client_id, "app.example", DNS);
    if (isGone) {
      const { version, origin, ...others } = await made.clientOf(client_id);
      const of = { ...origin, template: "gone", tier: "approved" } as const;
      await made.store.replaceClient({ ...others, version: version + 1, origin: of }, version);
    }
    const moved = { ...metadata, client_id, redirect_uris: ["https://new.example/cb"] };
    await send("PUT", uri, moved, token);
    await registration.auditDelivery.flush();
    expect(made.events.at(-1)).toMatchObject({
      type: "client_updated",
      tier: "unknown",
      previousTier: "domain_verified",
    });
    expect(webhookPayload(made.events.at(-1)!)).toMatchObject({ data: { tier: "unknown" } });
  },
);

test("a consent view says which domains vouch, since when, and not those that the client has left", async () => {
  const { add, publish, verifyDomain, registration, store, clientOf } = server();
  await add("app", "https://app.example/cb");
  await publish("app", "app.example");
  await verifyDomain("app", "app.example", DNS);
  const view = async (uri: string) => registration.consentView(await clientOf("app"), uri);
  expect(await view("https://app.example/cb")).toMatchObject({
    tier: "domain_verified",
    domains: [{ domain: "app.example", verifiedAt: START, seenAt: START }],
  });
  const before = await clientOf("app");
  const metadata = { ...before.metadata, redirect_uris: ["https://new.example/cb"] };
  await store.replaceClient({ ...before, metadata, version: 3 }, 2);
  expect(await view("https://new.example/cb")).toMatchObject({ tier: "unknown", domains: [] });
});

test("options that make no sense are refused", () => {
  const { options } = server();
  const txtRecords = async () => Promise.resolve([]);
  for (const [given, message] of [
    [{}, "give txtRecords, guardedFetch or both"],
    [{ txtRecords: [] }, "txtRecords"],
    [{ guardedFetch }, "guardedFetch"],
    [{ txtRecords, lostAfterAbsences: 0 }, "lostAfterAbsences"],
    [{ txtRecords, graceSeconds: -1 }, "graceSeconds"],
  ] as const) {
    expect(() => domainVerification(options, given as never)).toThrow(message);
  }
  const keys = [{ id: "1", secret: new Uint8Array(32) }];
  const store = statelessStore({ issuer: "https://as.example", keys, ttlSeconds: 60 });
  const stateless = { ...options, store, access: { admit: () => ({}) as never } };
  expect(() => domainVerification(stateless, { txtRecords })).toThrow(/stateless|store/);
});

test("each method refuses what makes no sense", async () => {
  const { challenge, verifyDomain, recheckDomains } = server();
  await expect(verifyDomain("app", 1 as never, DNS)).rejects.toThrow("domain: must be a text");
  await expect(challenge("app", undefined as never)).rejects.toThrow("domain: must be a text");
  await expect(recheckDomains({ limit: 1001 })).rejects.toThrow("limit");
  await expect(recheckDomains({ olderThanSeconds: 0 })).rejects.toThrow("olderThanSeconds");
  await expect(recheckDomains({ olderThan: 1 } as never)).rejects.toThrow("olderThan");
});

const TEXT = { "content-type": "text/plain; charset=utf-8" };
const HTML = { "content-type": "text/html" };
