/** A body that a real client sends. */
export interface RealClient {
  /** Name and circumstances. */
  readonly client: string;
  /** Where the body is known from. */
  readonly evidence: string;
  /** The body. Ports that are random in life are fixed here. */
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Registration bodies of MCP clients, gathered from their sources and from captured traffic. These are facts about the
 * clients; a test compares them with the corpus of this project.
 */
export const REAL_CLIENTS: readonly RealClient[] = [
  {
    client: "Claude.ai, hosted",
    evidence: "captured, PostHog/posthog#48397",
    body: {
      redirect_uris: ["https://claude.ai/api/mcp/auth_callback"],
      token_endpoint_auth_method: "client_secret_post",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      client_name: "Claude",
    },
  },
  {
    client: "Claude Code, without application_type (older)",
    evidence: "appstrate#1267, openstory#1692",
    body: {
      client_name: "Claude Code (files)",
      redirect_uris: ["http://localhost:3118/callback"],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    },
  },
  {
    client: "Cursor 3.2",
    evidence: "captured, nextcloud-mcp-connector measurements 2026-08",
    body: {
      redirect_uris: [
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "https://www.cursor.com/agents/mcp/oauth/callback",
        "http://localhost:8787/callback",
      ],
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      client_name: "Cursor",
    },
  },
  {
    client: "Cursor, reported with application_type web",
    evidence: "better-auth#10946",
    body: {
      redirect_uris: ["cursor://anysphere.cursor-mcp/oauth/callback", "http://localhost:8787/callback"],
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      client_name: "Cursor",
      application_type: "web",
    },
  },
  {
    client: "VS Code",
    evidence: "source, microsoft/vscode src/vs/base/common/oauth.ts",
    body: {
      client_name: "Visual Studio Code",
      client_uri: "https://code.visualstudio.com",
      grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
      response_types: ["code"],
      redirect_uris: [
        "https://insiders.vscode.dev/redirect",
        "https://vscode.dev/redirect",
        "http://127.0.0.1/",
        "http://127.0.0.1:33418/",
      ],
      token_endpoint_auth_method: "none",
      application_type: "native",
    },
  },
  {
    client: "MCP Inspector",
    evidence: "source, core/auth/providers.ts",
    body: {
      redirect_uris: ["http://localhost:6274/oauth/callback"],
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      client_name: "MCP Inspector",
      client_uri: "https://github.com/modelcontextprotocol/inspector",
      scope: "",
      application_type: "native",
    },
  },
  {
    client: "Gemini CLI",
    evidence: "source, packages/core/src/mcp/oauth-provider.ts",
    body: {
      client_name: "Gemini CLI MCP Client",
      redirect_uris: ["http://localhost:7777/oauth/callback"],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
      scope: "",
    },
  },
  {
    client: "mcp-remote",
    evidence: "source, src/lib/node-oauth-client-provider.ts",
    body: {
      redirect_uris: ["http://localhost:3334/oauth/callback"],
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      client_name: "MCP CLI Proxy",
      client_uri: "https://github.com/modelcontextprotocol/mcp-cli",
      software_id: "2e6dc280-f3c3-4e01-99a7-8181dbd1d23d",
      software_version: "0.1.29",
    },
  },
  {
    client: "mcporter",
    evidence: "source, src/oauth.ts",
    body: {
      client_name: "mcporter (files)",
      redirect_uris: ["http://127.0.0.1:51234/callback"],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
      scope: "mcp:tools",
    },
  },
  {
    client: "OpenCode",
    evidence: "source, packages/opencode/src/mcp/oauth-provider.ts",
    body: {
      redirect_uris: ["http://127.0.0.1:19876/mcp/oauth/callback"],
      client_name: "OpenCode",
      client_uri: "https://opencode.ai",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    },
  },
  {
    client: "Zed",
    evidence: "source, crates/context_server/src/oauth.rs",
    body: {
      client_name: "Zed",
      redirect_uris: ["http://127.0.0.1:49152/callback"],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    },
  },
  {
    client: "goose",
    evidence: "source, modelcontextprotocol/rust-sdk auth.rs",
    body: {
      client_name: "goose",
      redirect_uris: ["http://127.0.0.1:40917/oauth_callback"],
      grant_types: ["authorization_code", "refresh_token"],
      token_endpoint_auth_method: "none",
      response_types: ["code"],
      application_type: "native",
    },
  },
];
