// Makes one change to a store on the PostgreSQL server of this machine, and is killed by itself before the statement
// number `at`, or once it has sent the first `COMMIT` of it. One that comes to its end says so first.
// node kill-at-statement.mjs <schema> <at> <json of ["method of the store or of `changes` below", …arguments]>
import { writeSync } from "node:fs";
import { createClientRegistration, tokenGatedPreset } from "@oauth-dcr/core";
import { openPostgresStore } from "@oauth-dcr/store-sql";
import pg from "pg";

const [schema, at, change] = process.argv.slice(2);
const kill = () => process.kill(process.pid, "SIGKILL");
const server = { host: "127.0.0.1", user: "postgres", database: "test", application_name: schema };
const pool = new pg.Pool(server);
let statements = -Infinity; // Until it is open.
const store = await openPostgresStore(
  {
    async connect() {
      const client = await pool.connect();
      return {
        async query(text, values) {
          statements += 1;
          if (statements === Number(at)) kill();
          const answer = client.query(text, values);
          if (text === at && statements > 0) setImmediate(kill);
          return answer;
        },
        release: (error) => client.release(error),
      };
    },
  },
  { schema },
);

/** What several calls of the store make up. */
const changes = {
  register: (token) =>
    registration().registerClient(
      { redirect_uris: ["https://app.example/callback"], client_name: "Killed" },
      { initialAccessToken: token },
    ),
  sweep: () => registration().sweepClients({ limit: 10 }),
};

function registration() {
  let byte = 0;
  return createClientRegistration({
    ...tokenGatedPreset({
      issuer: "https://as.example",
      registration_endpoint: "https://as.example/register",
    }),
    store,
    audit: () => undefined,
    quotas: { perInitialAccessToken: 5, total: 9 },
    lifecycle: { idleTtlSeconds: 7200, isClientInUse: ({ clientId }) => clientId.startsWith("in use") },
    clock: () => 1_790_000_000_000,
    randomBytes: (length) => new Uint8Array(length).fill((byte += 1)),
  });
}

const [method, ...args] = JSON.parse(change);
statements = 0;
const answer = await (changes[method] ?? store[method])(...args);
if (answer.ok === false) throw new Error(JSON.stringify(answer.error), { cause: answer.error.cause });
writeSync(1, "ended\n");
kill();
