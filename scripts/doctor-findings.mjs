// Runs the checks of @oauth-dcr/conformance against the authorization servers of other projects in tests/peers, and writes
// docs/doctor-findings.md. Needs the packages built. Servers that write to the console do so.
import { rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./workspace.mjs";

process.chdir(root);
// Express and better-auth write less then.
process.env.NODE_ENV = "test";

// The set-up of the servers is TypeScript, shared with the tests.
const { build } = createRequire(join(root, "tests/package.json"))("esbuild");
const bundle = join(root, "tests/peers/.findings.mjs");
await build({
  entryPoints: [join(root, "tests/peers/support/peers.ts")],
  outfile: bundle,
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
});
const { PEERS, versionOf } = await import(pathToFileURL(bundle).href).finally(() => rmSync(bundle));
const { conformance } = await import("../packages/conformance/dist/index.js");

async function findingsOf({ name, packages, setup, start }) {
  const peer = await start();
  const { results, counts, leftBehind, requestCount } = await conformance(peer.issuer).finally(() =>
    peer.close(),
  );
  // Its port is another one at each run.
  const stable = (text) =>
    text.replaceAll(new URL(peer.issuer).origin, "http://127.0.0.1").replaceAll("|", "\\|");
  const stayed = [...new Set(leftBehind.map(({ reason }) => stable(reason)))].join("; ");
  const rows = ["failed", "warned"].flatMap((outcome) =>
    results
      .filter((result) => result.outcome === outcome)
      .map(({ id, title, observed }) => `| ${outcome} | \`${id}\` | ${title} | ${stable(observed)} |`),
  );
  const reasons = new Map();
  for (const { outcome, observed } of results) {
    if (outcome === "skipped") reasons.set(observed, (reasons.get(observed) ?? 0) + 1);
  }
  return `## ${name}

${packages.map((one) => `${one} ${versionOf(one)}`).join(", ")}. Set-up: ${setup}

${counts.passed} passed, ${counts.failed} failed, ${counts.warned} warned, ${counts.skipped} skipped, in ${requestCount} requests. Clients that could not be deleted: ${leftBehind.length}${stayed && ` (${stayed})`}.

| outcome | check | what it asks for | what was observed |
|---|---|---|---|
${rows.join("\n")}

Skipped:

${[...reasons].map(([reason, count]) => `- ${count} × ${stable(reason)}`).join("\n")}
`;
}

const parts = [];
for (const peer of PEERS) parts.push(await findingsOf(peer));

writeFileSync(
  join(root, "docs/doctor-findings.md"),
  `# What the checks find in other servers

\`node scripts/doctor-findings.mjs\` wrote this page on ${new Date().toISOString().slice(0, 10)}, with Node.js ${process.version}. It runs the checks of [@oauth-dcr/conformance](../packages/conformance), which \`oauth-dcr doctor URL\` also runs. \`tests/peers\` compares each server with this page.

Read it with care:

- These are observations of one set-up each, over HTTP on loopback. Other options give other results. We did not report these findings to the projects.
- A registered dangerous redirect URI is not yet an attack. The checks do not test whether the authorization endpoint and the consent page resist it.
- A warning marks a choice that the specifications leave to the server. A server may refuse a client on purpose.
- Rate limits are off where they would end the checks. So \`limits.rate\` says nothing about the defaults.

Our own server is not on this page, because the checks come from the same project. \`tests/peers\`, \`tests/examples\` and \`tests/e2e/doctor.test.ts\` run the checks against the four examples and \`oauth-dcr serve\`. No check fails there. Three checks warn: our servers register \`https://localhost.attacker.example/\`, they use the last value of a duplicate member, and the checks cannot see the rate limit of the examples.

${parts.join("\n")}`,
);
process.exit();
