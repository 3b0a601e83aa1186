import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nameServer } from "../support/name-server.js";
import { runOauthDcr, startServer, type ServerProcess } from "../support/oauth-dcr-process.js";

const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-client-domains-"));
const database = join(folder, "clients.sqlite");
let server: ServerProcess;
beforeAll(async () => void (server = await startServer(["--database", database, "--audit", "database"])));
afterAll(async () => {
  expect(await server.end()).toBe(0);
  rmSync(folder, { recursive: true });
});

/** A command on the database of the server. What changes something is written into its audit log. */
const run = async (...args: readonly string[]) => {
  const audit = args[0] === "challenge" || args[0] === "list" ? [] : ["--audit", "database"];
  return runOauthDcr(["clients", ...args, "--database", database, ...audit]);
};

/** What a command prints, which has to go well. */
async function answerOf(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { code, stdout, stderr } = await run(...args);
  expect([code, stderr], args.join(" ")).toEqual([0, ""]);
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}

async function register(): Promise<string> {
  const response = await fetch(`${server.origin}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      redirect_uris: ["https://client.example/cb"],
      client_name: "Vouched",
      token_endpoint_auth_method: "none",
    }),
  });
  return ((await response.json()) as { readonly client_id: string }).client_id;
}

describe("oauth-dcr clients", () => {
  it("lets a domain vouch for a client, and looks again", async () => {
    const clientId = await register();
    let records: readonly string[] = [];
    const dns = await nameServer((name) =>
      name === "_oauth-dcr.client.example" ? records.map((text) => [text]) : "nxdomain",
    );
    const issuer = ["--issuer", "https://as.example"];
    const asking = [...issuer, "--name-servers", dns.server];
    const challenge = await answerOf("challenge", clientId, "client.example", ...issuer);
    expect(challenge).toMatchObject({
      domain: "client.example",
      txtName: "_oauth-dcr.client.example",
      fileUrl: "https://client.example/.well-known/oauth-dcr-clients.txt",
    });

    const refused = await run("verify", clientId, "client.example", ...asking);
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toContain("client.example does not vouch for the client: not_published");
    records = [String(challenge["text"])];
    const abroad = ["--issuer", "https://other.example", "--name-servers", dns.server];
    expect((await run("verify", clientId, "client.example", ...abroad)).stderr).toContain("other_text");
    const verified = { clientId, domain: "CLIENT.example", method: "dns", tier: "domain_verified" };
    expect(await answerOf("verify", clientId, "CLIENT.example", ...asking)).toEqual(verified);
    expect(await answerOf("list", "--tier", "domain_verified")).toMatchObject({ clientId });

    expect(await answerOf("recheck", ...asking)).toEqual({ seen: 0, failing: [], lost: [], more: false });
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    records = [];
    expect(await answerOf("recheck", ...asking, "--older-than", "1s")).toEqual({
      seen: 0,
      failing: [{ clientId, domain: "client.example", problem: "not_published" }],
      lost: [],
      more: false,
    });
    const stranger = await run("verify", clientId, "www.client.example", ...asking);
    expect([stranger.code, stranger.stderr]).toEqual([
      1,
      expect.stringContaining("its hosts are client.example"),
    ]);
    expect((await run("challenge", "nobody", "client.example", ...issuer)).stderr).toContain("no client");
    dns.close();
  });

  const AT = ["--issuer", "https://as.example"];
  it.each([
    [["challenge", "a"], /missing required argument 'DOMAIN'/],
    [["challenge", "a", "client.example"], /--issuer/],
    [["verify", "a", "b.example", ...AT, "--method", "http"], /--method must be/],
    [["verify", "a", "b.example", ...AT, "--name-servers", "x"], /--name-servers/],
    [["recheck", ...AT, "--older-than", "1"], /--older-than must be/],
    [["recheck", ...AT, "--limit", "1001"], /--limit must be/],
  ])("is called wrongly: %j", async (args, message) => {
    const { code, stderr } = await run(...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});
