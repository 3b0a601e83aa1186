// What core weighs in an application: bundled with its dependencies, minified, gzipped.
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const uses = {
  "all of @oauth-dcr/core": 'export * from "@oauth-dcr/core";',
  "a registration desk with the memory parts":
    'export { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core"; export * from "@oauth-dcr/core/memory";',
  "redirectUriPolicy alone": 'export { redirectUriPolicy } from "@oauth-dcr/core/redirect-uri";',
};
for (const [use, contents] of Object.entries(uses)) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    write: false,
  });
  const bytes = outputFiles[0].contents;
  console.log(
    `${use}: ${(gzipSync(bytes, { level: 9 }).length / 1000).toFixed(1)} kB gzip, ${(bytes.length / 1000).toFixed(1)} kB minified`,
  );
}
