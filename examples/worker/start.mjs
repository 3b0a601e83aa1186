// Runs the worker of wrangler.json here, on workerd with a D1 database in a folder: what `wrangler dev` does, which needs
// Node.js 22.
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const { values: flags } = parseArgs({
  options: {
    port: { type: "string", default: "8787" },
    /** Where the database is kept. */
    data: { type: "string", default: join(import.meta.dirname, ".data") },
    /** The worker, if not that of wrangler.json. */
    main: { type: "string" },
    /** NAME=VALUE, in place of what wrangler.json says. */
    var: { type: "string", multiple: true, default: [] },
  },
});
const config = JSON.parse(await readFile(join(import.meta.dirname, "wrangler.json"), "utf8"));

const bundle = await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: [flags.main ?? config.main],
  bundle: true,
  write: false,
  format: "esm",
  // Neutral, so that an import of a Node.js module is an error of the build.
  platform: "neutral",
  mainFields: ["module", "main"],
  conditions: ["workerd", "worker"],
});

const miniflare = new Miniflare({
  host: "127.0.0.1",
  port: Number(flags.port),
  modules: true,
  script: bundle.outputFiles[0].text,
  compatibilityDate: config.compatibility_date,
  bindings: { ...config.vars, ...Object.fromEntries(flags.var.map((given) => given.split(/=(.*)/s))) },
  d1Databases: Object.fromEntries(config.d1_databases.map((each) => [each.binding, each.database_id])),
  d1Persist: resolve(flags.data),
  ratelimits: Object.fromEntries(config.ratelimits.map(({ name, simple }) => [name, { simple }])),
  // Else it would ask Cloudflare what a request's `cf` could say.
  cf: false,
  // GET /cdn-cgi/handler/scheduled is then the cron trigger.
  unsafeTriggerHandlers: true,
});

let ending;
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => (ending ??= miniflare.dispose()));
console.log(`Serving ${(await miniflare.ready).origin}`);
