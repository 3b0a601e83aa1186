import { once } from "node:events";
import { afterAll, expect, it } from "vitest";
import { startServer, type ServerProcess } from "../support/oauth-dcr-process.js";
import { describeUnless } from "../support/services.js";
import { privatePostgres } from "./support/private-postgres.js";
import { tcpRelay } from "./support/tcp-relay.js";

const postgres = await privatePostgres();
const UNKNOWN = /whether the change was written is unknown/;
/** How long a container's runtime waits before it kills. */
const GRACE_MILLISECONDS = 10_000;

describeUnless(
  postgres ? undefined : "no PostgreSQL can be started here",
  "oauth-dcr serve, told to stop while its PostgreSQL is silent",
  () => {
    const database = postgres!;
    afterAll(() => database.remove());

    const register = (origin: string, name: string) =>
      fetch(`${origin}/register`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ redirect_uris: ["https://app.example/callback"], client_name: name }),
      });

    /** Registers more than the pool has connections for, says stop, and answers what became of them. */
    async function stopped(server: ServerProcess) {
      const answers = Array.from({ length: 15 }, (_, index) => register(server.origin, `silent ${index}`));
      // Those requests are with the server once later ones were refused that need no database.
      for (let i = 0; i < 15; i++) await (await fetch(`${server.origin}/register`)).text();
      server.child.kill("SIGTERM");
      const kill = setTimeout(() => server.child.kill("SIGKILL"), GRACE_MILLISECONDS);
      const [all, [code]] = await Promise.all([
        Promise.all(answers),
        once(server.child, "close") as Promise<[number | null]>,
      ]);
      clearTimeout(kill);
      return {
        code,
        answers: [...new Set(all.map(({ status, headers }) => `${status} ${headers.get("connection")}`))],
      };
    }

    it("answers every request 503 with Connection: close and ends before it is killed, beside one that stands still", async () => {
      const server = await startServer(["--database", database.url, "--rate-limit", "off"]);
      expect((await register(server.origin, "before")).status).toBe(201);
      database.pause();
      try {
        const outcome = await stopped(server);
        expect(outcome).toEqual({ code: 0, answers: ["503 close"] });
        expect(server.stderr()).toMatch(UNKNOWN);
      } finally {
        database.resume();
      }
    });

    it("and behind a network that carries nothing more", async () => {
      const relay = await tcpRelay(database.port);
      const url = database.url.replace(String(database.port), String(relay.port));
      const server = await startServer(["--database", url, "--rate-limit", "off"]);
      expect((await register(server.origin, "before")).status).toBe(201);
      relay.silence();
      const outcome = await stopped(server);
      // Those that were given a new connection were served.
      expect(outcome).toEqual({ code: 0, answers: expect.arrayContaining(["503 close"]) as string[] });
      relay.close();
    });
  },
);
