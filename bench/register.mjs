// Registrations a second over HTTP against a bare echo server, each server in a process of its own, in turns within one
// run. Quote the ratios: absolute figures are the machine's.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import autocannon from "autocannon";

const SECONDS = Number(process.argv[2] ?? 5);
const ROUNDS = 3;
const BODY = JSON.stringify({
  client_name: "A client",
  redirect_uris: ["http://127.0.0.1:49152/callback"],
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  token_endpoint_auth_method: "none",
});
const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-bench-"));
const kinds = ["echo", "memory", "sqlite"];
const rates = { echo: [], memory: [], sqlite: [] };

for (let round = 0; round < ROUNDS; round++) {
  for (const kind of kinds) {
    const file = join(directory, `${round}.sqlite`);
    const child = spawn(process.execPath, [join(import.meta.dirname, "server.mjs"), kind, file], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [port] = await once(child.stdout, "data");
    const result = await autocannon({
      url: `http://127.0.0.1:${String(port).trim()}/register`,
      method: "POST",
      headers: { "content-type": "application/json" },
      body: BODY,
      connections: 50,
      duration: SECONDS,
    });
    if (result.non2xx > 0 || result.errors > 0)
      throw new Error(`${kind}: ${result.non2xx} refused, ${result.errors} failed`);
    rates[kind].push(result.requests.average);
    child.kill();
    await once(child, "close");
  }
}
rmSync(directory, { recursive: true });
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
for (const kind of kinds) {
  const ratios = rates[kind].map((rate, round) => rate / rates.echo[round]);
  console.log(
    `${kind}: ${Math.round(median(rates[kind]))} a second, ${median(ratios).toFixed(2)} of the bare echo (median of ${ROUNDS})`,
  );
}
