import { createHash } from "node:crypto";
import type { ClientRegistration } from "@oauth-dcr/core";
import { firstRegistration } from "./first-registration.js";

const STYLE = `:root{color-scheme:light dark;--text:#1c2024;--soft:#5b6670;--line:#d9dee3;--page:#f6f7f9;--card:#fff}
@media(prefers-color-scheme:dark){:root{--text:#e8eaed;--soft:#a3adb8;--line:#363c43;--page:#14171a;--card:#1d2125}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--text);font:1rem/1.55 system-ui,sans-serif}
main{max-width:46rem;margin:0 auto;padding:clamp(1.5rem,6vw,4rem) 1.25rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .5rem}h2{font-size:1.05rem;margin:2.25rem 0 .6rem}
p{margin:.5rem 0}dl{margin:0;background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.25rem 1rem}
dl>div{padding:.7rem 0}dl>div+div{border-top:1px solid var(--line)}dt{color:var(--soft);font-size:.875rem}dd{margin:0}
code,pre{font:.875rem/1.5 ui-monospace,monospace;overflow-wrap:anywhere}
pre{margin:0;padding:.9rem 1rem;white-space:pre-wrap;background:var(--card);border:1px solid var(--line);border-radius:.6rem}`;

/** What a browser may do with the page: show it, with its own style. */
export const FRONT_PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": [
    "default-src 'none'",
    `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "cache-control": "no-cache",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/**
 * The page at `/`, for whoever opens the server in a browser: what it is, its endpoints and how to register. It says what the
 * published metadata says, and no more.
 */
export function frontPage(registration: ClientRegistration, isProtected: boolean): string {
  const metadata = registration.authorizationServerMetadata;
  const { issuer, registration_endpoint: endpoint } = metadata;
  const { origin, pathname } = new URL(issuer);
  const entries = [
    ["Issuer", issuer],
    ["Registration endpoint", endpoint],
    [
      "Authorization server metadata",
      `${origin}/.well-known/oauth-authorization-server${pathname.replace(/\/$/, "")}`,
    ],
    ["Authorization endpoint", metadata.authorization_endpoint],
    ["Token endpoint", metadata.token_endpoint],
  ].filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const token = isProtected
    ? "<p>This server requires an initial access token. Ask its operator for one, and put it in place of <code>TOKEN</code>.</p>"
    : "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Client registration at ${escaped(new URL(issuer).host)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Client registration</h1>
<p>OAuth 2.0 clients of <strong>${escaped(new URL(issuer).host)}</strong> register here.</p>
<p>There is nothing to sign in to on this page. Most applications read the metadata below and register by themselves.</p>
<h2>Endpoints</h2>
<dl>
${entries.map(([name, url]) => `<div><dt>${name}</dt><dd><code>${escaped(url)}</code></dd></div>`).join("\n")}
</dl>
<h2>Register a client</h2>
${token}<pre>${escaped(firstRegistration(registration, endpoint, isProtected))}</pre>
<p>The answer has the <code>client_id</code>. It follows RFC 7591, OAuth 2.0 Dynamic Client Registration.</p>
</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => ENTITIES[letter] ?? letter);
}
