import { join } from "node:path";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { freePort } from "../../support/ports.js";
import type { Peer } from "./peer.js";

const worker = (origin: string) => `
import { OAuthProvider } from "@cloudflare/workers-oauth-provider";
const page = { fetch: () => new Response("not part of registration", { status: 404 }) };
export default new OAuthProvider({
  apiRoute: "/mcp",
  apiHandler: page,
  defaultHandler: page,
  authorizeEndpoint: "/authorize",
  tokenEndpoint: "/oauth/token",
  clientRegistrationEndpoint: "/oauth/register",
  onError: () => undefined,
  scopesSupported: ["mcp:read", "mcp:write"],
  resourceMetadata: { resource: "${origin}/mcp" },
});`;

export const workersOAuthProvider: Peer = {
  name: "workers-oauth-provider",
  packages: ["@cloudflare/workers-oauth-provider"],
  setup: "`OAuthProvider` with `clientRegistrationEndpoint`, in workerd by Miniflare, with its KV namespace.",
  start: async () => {
    // Its resource is named when it is built, so that the port has to be known before.
    const origin = `http://127.0.0.1:${await freePort()}`;
    const { outputFiles } = await build({
      stdin: { contents: worker(origin), resolveDir: join(process.cwd(), "tests") },
      bundle: true,
      write: false,
      format: "esm",
      conditions: ["workerd", "worker"],
      external: ["cloudflare:*", "node:*"],
    });
    const miniflare = new Miniflare({
      modules: true,
      cf: false,
      host: "127.0.0.1",
      port: Number(new URL(origin).port),
      script: outputFiles[0]?.text ?? "",
      compatibilityDate: "2026-01-01",
      compatibilityFlags: ["global_fetch_strictly_public"],
      kvNamespaces: ["OAUTH_KV"],
    });
    await miniflare.ready;
    return { issuer: origin, close: () => miniflare.dispose() };
  },
};
