import type { KnownRegistration } from "@oauth-dcr/contract-tests";
import corpus from "../../corpus/client-registrations.json" with { type: "json" };
import { SCOPES } from "./open-server.js";

const ALL_SCOPES = SCOPES.join(" ");
const CODE_AND_REFRESH = ["authorization_code", "refresh_token"];

/** What each client of the corpus has to be told, beyond that all its redirect URIs are kept. */
const ANSWERS: Record<string, KnownRegistration["answer"]> = {
  "Claude.ai, hosted": {
    client_secret: /^[\x21-\x7e]{32,}$/,
    token_endpoint_auth_method: "client_secret_post",
  },
  "Claude Code, without application_type (older)": { scope: ALL_SCOPES },
  "Cursor 3.2": { application_type: "native" },
  "Cursor, reported with application_type web": { application_type: "native" },
  "VS Code": { grant_types: CODE_AND_REFRESH, application_type: "native" },
  "MCP Inspector": { scope: ALL_SCOPES, application_type: "native" },
  "Gemini CLI": { scope: ALL_SCOPES },
  "mcp-remote": { software_id: "2e6dc280-f3c3-4e01-99a7-8181dbd1d23d", software_version: "0.1.29" },
  mcporter: { scope: undefined },
  OpenCode: { client_uri: "https://opencode.ai" },
  Zed: { grant_types: CODE_AND_REFRESH },
  goose: { application_type: "native" },
};

export const KNOWN_REGISTRATIONS: readonly KnownRegistration[] = corpus.bodies.map(({ client, body }) => {
  const answer = ANSWERS[client];
  if (!answer) throw new Error(`say what ${client} has to be told`);
  return { client, body, answer };
});
