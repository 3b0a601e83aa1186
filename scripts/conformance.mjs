// Runs the authorization-server scenarios of @modelcontextprotocol/conformance against the examples, and writes
// docs/conformance.md. It needs Node.js 22 or newer, and gets itself one where this is older. Needs the examples built.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./workspace.mjs";

/** The latest release, 0.1.16, has no scenarios for authorization servers. */
const RUNNER = "@modelcontextprotocol/conformance@0.2.0-alpha.12";
const EXAMPLES = [
  // The SDK writes the issuer with a slash at its end.
  { name: "mcp-sdk", issuer: (origin) => `${origin}/`, more: (origin) => ["--resource", `${origin}/mcp`] },
  { name: "oidc-provider", issuer: (origin) => origin, more: () => [] },
];

if (Number(process.versions.node.split(".")[0]) < 22) {
  const again = ["--yes", "node@22", fileURLToPath(import.meta.url)];
  process.exit(spawnSync("npx", again, { stdio: "inherit" }).status ?? 1);
}

const { Browser } = await import("../tests/examples/support/browser.ts");

/** Waits until a child has written what `pattern` finds, and answers the first group of that. */
function written(child, pattern) {
  let output = "";
  return new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      output += chunk;
      const found = pattern.exec(output)?.[1];
      if (found) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`ended with ${code}: ${output}`)));
  });
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

async function register(origin) {
  const metadata = { redirect_uris: ["http://127.0.0.1/callback"], token_endpoint_auth_method: "none" };
  const answer = await fetch(`${origin}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_name: "conformance", ...metadata }),
  });
  return (await answer.json()).client_id;
}

async function run({ name, issuer, more }) {
  const main = join(root, "examples", name, "dist/main.js");
  const example = spawn(process.execPath, [main], {
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const { origin } = new URL(await written(example, / on (http:\S+)\n/));
    const args = [
      "authorization",
      "--url",
      issuer(origin),
      "--client-id",
      await register(origin),
      ...more(origin),
    ];
    args.push("--port", String(await freePort()));
    const runner = spawn("npx", ["--yes", RUNNER, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    runner.stdout.on("data", (chunk) => (output += chunk));
    const ended = once(runner, "close");
    // What the runner asks a person to do.
    written(runner, /(http\S+\?response_type=code\S+)\n/)
      .then((url) => new Browser().decide(url))
      .then((callback) => fetch(callback))
      .catch((error) => console.error(String(error)));
    const [code] = await ended;
    return { name, code, command: `conformance ${args.join(" ")}`, output };
  } finally {
    example.kill();
  }
}

const results = [];
for (const example of EXAMPLES) results.push(await run(example));

const plain = (text) => text.replace(/\x1b\[[\d;]*m/g, "").trim();
const parts = results.map(
  ({ name, code, command, output }) =>
    `## examples/${name}\n\nExit code ${code}.\n\n\`\`\`text\n$ ${command}\n${plain(output)}\n\`\`\`\n`,
);
writeFileSync(
  join(root, "docs/conformance.md"),
  `# Conformance

This page shows what \`${RUNNER}\` says about the authorization servers in [examples](../examples). \`node scripts/conformance.mjs\` wrote it (Node.js ${process.version}). The script registers the client at the registration server first, with \`http://127.0.0.1/callback\`. The runner then listens for the callback on a port of its own.

The script runs both scenarios that the runner has for authorization servers: \`authorization-server-metadata-endpoint\` and \`authorization-code-grant\`. Its other scenarios test MCP clients and MCP servers, which are not part of this project. It has none for registration; [requirements.md](requirements.md) lists the tests of that.

${parts.join("\n")}`,
);
for (const { name, code } of results)
  console.log(`${name}: ${code === 0 ? "conforms" : `exit code ${code}`}`);
process.exit(results.every(({ code }) => code === 0) ? 0 : 1);
