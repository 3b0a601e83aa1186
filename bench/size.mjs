// What core weighs in an application: bundled with its dependencies, minified, gzipped. `--check` fails above the budget
// and names the rooms. Prints JSON.
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const bundle = async (contents) => {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    external: ["jose"],
    // The sources, so that what each room weighs is known.
    alias: { "@oauth-dcr/core": new URL("../packages/core/src", import.meta.url).pathname },
    metafile: true,
    write: false,
  });
  const rooms = {};
  for (const [path, { bytesInOutput }] of Object.entries(Object.values(metafile.outputs)[0].inputs)) {
    const room =
      /core\/src\/([^/]+)/.exec(path)?.[1] ?? /node_modules\/(@oslojs\/[^/]+)/.exec(path)?.[1] ?? "(others)";
    rooms[room] = (rooms[room] ?? 0) + bytesInOutput;
  }
  return { gzip: gzipSync(outputFiles[0].contents, { level: 9 }).length, rooms };
};

/** Bytes, gzipped: `target` is where we want to be, `budget` what CI lets pass. */
const USES = {
  "open registration with the memory parts": {
    code: 'export { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core/index.ts"; export { memoryStore, memoryRateLimiter } from "@oauth-dcr/core/memory.ts";',
    target: 15_000,
    budget: 50_000,
  },
  "redirectUriPolicy alone": {
    code: 'export { redirectUriPolicy } from "@oauth-dcr/core/redirect-uri/index.ts";',
    target: 4_000,
    budget: 4_000,
  },
  everything: {
    code: [
      "index.ts",
      "memory.ts",
      "jose.ts",
      "opentelemetry/index.ts",
      "policy/index.ts",
      "guarded-fetch/index.ts",
    ]
      .concat(["http/index.ts", "store/index.ts", "stateless-registration/index.ts", "redirect-uri/index.ts"])
      .concat(["client-id-metadata-document/index.ts", "initial-access-token/index.ts"])
      .map((file) => `export * from "@oauth-dcr/core/${file}";`)
      .join(""),
    target: 32_000,
    budget: 83_500,
  },
};
const sizes = {};
for (const [use, { code, target, budget }] of Object.entries(USES)) {
  sizes[use] = { ...(await bundle(code)), target, budget };
}
if (!process.argv.includes("--check")) console.log(JSON.stringify(sizes, null, 2));
else for (const [use, { gzip, budget, rooms }] of Object.entries(sizes)) check(use, gzip, budget, rooms);

function check(use, gzip, budget, rooms) {
  console.log(`${use}: ${gzip} bytes gzip, of a budget of ${budget}`);
  if (gzip <= budget) return;
  console.error(`over its budget; minified bytes of each room:`);
  for (const [room, bytes] of Object.entries(rooms).toSorted(([, a], [, b]) => b - a)) {
    console.error(`  ${room}: ${bytes}`);
  }
  process.exitCode = 1;
}
