// Whether the time of a 401 tells that a client exists: reads with another client's token, and of a client that is not
// there, in turns within one run. Prints the medians' ratio, and beside it that of one kind against itself, which is the
// noise of this machine.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { memoryStore } from "@oauth-dcr/core/memory";
import { openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";

const PAIRS = Number(process.argv[2] ?? 50_000);
const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-bench-"));
const stores = { memory: memoryStore(), sqlite: openSqliteStore(new Database(join(directory, "clients"))) };

for (const [kind, store] of Object.entries(stores)) {
  const registration = createClientRegistration({
    ...mcpPreset({ issuer: "https://as.example" }),
    idempotentRegistration: false,
    access: openRegistration({ dangerouslyUnlimited: true }),
    clientManagement: { revokeTokens: () => undefined },
    store,
    audit: () => undefined,
  });
  const register = async () => {
    const result = await registration.registerClient({ redirect_uris: ["https://app.example/callback"] });
    return result.value.response;
  };
  const [one, other] = [await register(), await register()];
  const headers = { authorization: `Bearer ${other.registration_access_token}` };
  const nobody = one.registration_client_uri.replace(one.client_id, "a".repeat(one.client_id.length));
  const times = { foreign: [], again: [], unknown: [] };
  const requests = [
    ["foreign", one.registration_client_uri],
    ["unknown", nobody],
    ["again", one.registration_client_uri],
  ];
  for (let pair = 0; pair < PAIRS; pair++) {
    // The order turns, or the place in the order would be measured too.
    for (let i = 0; i < requests.length; i++) {
      const [name, url] = requests[(pair + i) % requests.length];
      const request = new Request(url, { headers });
      const before = process.hrtime.bigint();
      const { status } = await registration.fetch(request);
      times[name].push(Number(process.hrtime.bigint() - before));
      if (status !== 401) throw new Error(`${status}`);
    }
  }
  const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  const [foreign, again, unknown] = [times.foreign, times.again, times.unknown].map(median);
  console.log(
    `${kind}: unknown client / another's token ${(unknown / foreign).toFixed(3)}, noise ${(again / foreign).toFixed(3)} (${PAIRS} of each, median ${(foreign / 1000).toFixed(1)} us)`,
  );
}
rmSync(directory, { recursive: true });
