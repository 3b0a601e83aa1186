import type { RegisteredClient } from "@oauth-dcr/core/store";

/** Names that clients give themselves to break a page, or to be taken for another client. */
export const HOSTILE_NAMES: readonly string[] = [
  "<script>globalThis.hacked = 1</script>",
  '"><img src=x onerror="globalThis.hacked = 1">',
  "' onmouseover='globalThis.hacked = 1' x='",
  "</textarea></title></style><svg onload=globalThis.hacked=1>",
  "Cla\u202eude\u202c \u2066Code\u2069",
  "Invisi\u200bble\u00a0Na\u2060me\u0007",
  "{{constructor.constructor('globalThis.hacked=1')()}} ${7*7} %3Cscript%3E",
  "👩‍👩‍👧‍👦 ☕️ 日本語の名前 مرحبا",
  "W".repeat(900),
  `Z${"\u0335\u0348".repeat(150)}algo`,
  "Va\ufe00r\ufe0fi\u{e0100}a\u180bt\u17b4ion\u2800",
];

/**
 * A record of such a name, as an import, an older version or other rules may have left it: today's rules refuse some of these
 * names.
 */
export function hostileClient(name: string, index: number): RegisteredClient {
  return {
    clientId: `${name.slice(0, 60)} ${index}`,
    clientIdIssuedAt: 1_790_000_000 + index,
    version: 1,
    status: (["awaiting_approval", "active", "disabled"] as const)[index % 3] ?? "pending",
    requirements: {},
    origin: { source: "open", policies: [name], owner: name, softwareStatementIssuer: name, template: name },
    administration: { owner: name, notes: name, statusReason: name, tags: ["tag"] },
    metadata: {
      client_name: name,
      "client_name#he": `\u202e${name}`,
      redirect_uris: [
        `https://hostile-${index}.example/cb?a=%3Cscript%3E`,
        "javascript:globalThis.hacked=1",
        "data:text/html,<script>globalThis.hacked=1</script>",
      ],
      token_endpoint_auth_method: "none",
      client_uri: "javascript:globalThis.hacked=1",
      logo_uri: `https://hostile-${index}.example/logo.svg"><script>globalThis.hacked=1</script>`,
      contacts: [name, "javascript:globalThis.hacked=1"],
      [`x_${name}`]: { nested: [name, { [name]: name }] },
    },
  } as unknown as RegisteredClient;
}
