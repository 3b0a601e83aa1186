import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { arrived, auditLines, startServer, type ServerProcess } from "../support/oauth-dcr-process.js";

let folder: string;
const servers: ServerProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oauth-dcr-"));
  // One issuer for both, as behind one name.
  const args = ["--issuer", "https://as.example", "--database", join(folder, "clients.sqlite")];
  for (let i = 0; i < 2; i++)
    servers.push(
      await startServer([...args, "--rate-limit", "off", "--quota", "off", "--idempotent", "off"]),
    );
});

afterAll(async () => {
  await Promise.all(servers.map(async (server) => server.end()));
  await rm(folder, { recursive: true });
});

interface Client {
  readonly client_id: string;
  readonly registration_access_token: string;
  readonly registration_client_uri: string;
}

async function registered(): Promise<Client> {
  const response = await fetch(`${servers[0]?.origin ?? ""}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      redirect_uris: ["http://127.0.0.1/callback"],
      token_endpoint_auth_method: "none",
    }),
  });
  expect(response.status).toBe(201);
  return (await response.json()) as Client;
}

async function send(
  client: Client,
  method: string,
  {
    server = 0,
    token = client.registration_access_token,
    body,
  }: { server?: number; token?: string; body?: object } = {},
): Promise<Response> {
  const { pathname } = new URL(client.registration_client_uri);
  return fetch(`${servers[server]?.origin ?? ""}${pathname}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) },
    body: body ? JSON.stringify(body) : null,
  });
}

it("of 50 updates at once to two processes one wins, and its token is the one that is good", async () => {
  const client = await registered();
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, i) =>
      send(client, "PUT", {
        server: i % 2,
        body: {
          client_id: client.client_id,
          redirect_uris: ["http://127.0.0.1/callback"],
          token_endpoint_auth_method: "none",
          client_name: `Name ${i}`,
        },
      }),
    ),
  );
  const won = answers.filter(({ status }) => status === 200);
  expect(won).toHaveLength(1);
  expect(answers.filter(({ status }) => ![200, 401, 409].includes(status))).toEqual([]);
  const winner = (await won[0]?.json()) as Client & { client_name: string };
  for (const server of [0, 1]) {
    const read = await send(client, "GET", { server, token: winner.registration_access_token });
    expect(read.status).toBe(200);
    expect(await read.json()).toMatchObject({ client_name: winner.client_name });
    expect((await send(client, "GET", { server })).status).toBe(401);
  }
});

it("what one process deleted is gone for the other, and the audit log says so without a token", async () => {
  const client = await registered();
  expect((await send(client, "DELETE", { server: 1 })).status).toBe(204);
  expect((await send(client, "GET")).status).toBe(401);
  await arrived(() => auditLines(servers[1]?.stdout() ?? "").some(({ type }) => type === "client_deleted"));
  const deleted = auditLines(servers[1]?.stdout() ?? "").find(({ type }) => type === "client_deleted");
  expect(deleted).toMatchObject({ clientId: client.client_id });
  for (const server of servers) expect(server.stdout()).not.toContain(client.registration_access_token);
});
