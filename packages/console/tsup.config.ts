import { dirname, join } from "node:path";
import { buildSync } from "esbuild";
import { defineConfig } from "tsup";
import { packageBuild } from "../../tsup.config.js";

/** A script for the browser that is imported with `?text`: bundled with all that it imports, as a text of the build. */
const browserScripts = {
  name: "browser-scripts",
  setup(build) {
    build.onResolve({ filter: /\?text$/ }, ({ path, importer }) => ({
      path: join(dirname(importer), path.slice(0, -"?text".length)),
      namespace: "browser-script",
    }));
    build.onLoad({ filter: /./, namespace: "browser-script" }, ({ path }) => {
      const { outputFiles } = buildSync({
        entryPoints: [path],
        bundle: true,
        minify: true,
        write: false,
        format: "iife",
        target: "es2022",
        conditions: ["import"],
        jsx: "automatic",
        jsxImportSource: "hono/jsx",
        legalComments: "none",
      });
      return { contents: outputFiles[0].text, loader: "text" };
    });
  },
};

export default defineConfig((given) => {
  const shared = packageBuild(["src/index.ts"]);
  const options = typeof shared === "function" ? shared(given) : shared;
  return { ...options, loader: { ".css": "text" }, esbuildPlugins: [browserScripts] };
});
