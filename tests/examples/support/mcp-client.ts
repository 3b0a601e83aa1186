import { randomBytes } from "node:crypto";
import { UnauthorizedError, type OAuthClientProvider } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from "@modelcontextprotocol/sdk/shared/auth.js";
import { Browser } from "./browser.js";
import { callbackServer, type CallbackServer } from "./callback-server.js";

type Credentials = "all" | "client" | "tokens" | "verifier" | "discovery";

/** What an MCP client keeps, as a desktop application would in its keychain. */
class Keychain implements OAuthClientProvider {
  known: OAuthClientInformationMixed | undefined;
  kept: OAuthTokens | undefined;
  /** Every identifier that it had, and how often a user was asked. */
  readonly clientIds: string[] = [];
  logins = 0;
  /** What it threw away. */
  readonly invalidated: Credentials[] = [];
  readonly #callback: CallbackServer;
  readonly clientMetadataUrl?: string;
  #verifier = "";
  #state = "";

  constructor(callback: CallbackServer, clientMetadataUrl?: string) {
    this.#callback = callback;
    if (clientMetadataUrl !== undefined) this.clientMetadataUrl = clientMetadataUrl;
  }

  get redirectUrl(): string {
    return this.#callback.url;
  }
  get clientMetadata(): OAuthClientMetadata {
    return {
      client_name: "A desktop application",
      redirect_uris: [this.#callback.url],
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
    };
  }
  state(): string {
    return (this.#state = randomBytes(16).toString("hex"));
  }
  clientInformation() {
    return this.known;
  }
  saveClientInformation(information: OAuthClientInformationMixed): void {
    this.known = information;
    this.clientIds.push(information.client_id);
  }
  tokens() {
    return this.kept;
  }
  saveTokens(tokens: OAuthTokens): void {
    this.kept = tokens;
  }
  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }
  codeVerifier(): string {
    return this.#verifier;
  }
  invalidateCredentials(scope: Credentials): void {
    this.invalidated.push(scope);
    if (scope === "all" || scope === "client") this.known = undefined;
    if (scope === "all" || scope === "tokens") this.kept = undefined;
    if (scope === "all" || scope === "verifier") this.#verifier = "";
  }

  /** The user logs in and allows it; the browser then goes to the callback. */
  async redirectToAuthorization(url: URL): Promise<void> {
    this.logins += 1;
    await fetch(await new Browser().decide(url));
  }

  async code(): Promise<string> {
    const answer = await this.#callback.next();
    if (answer.get("state") !== this.#state) throw new Error("another state");
    return answer.get("code") ?? "";
  }
}

/** An MCP client of the SDK, with its keychain. */
export interface McpClient {
  readonly keychain: Keychain;
  /** Calls the tool, and logs in where that is needed. */
  readonly greet: (name: string) => Promise<string>;
  close(): Promise<void>;
}

export async function mcpClient(mcpUrl: URL, clientMetadataUrl?: string): Promise<McpClient> {
  const callback = await callbackServer();
  const keychain = new Keychain(callback, clientMetadataUrl);
  let client: Client | undefined;

  async function connect(): Promise<Client> {
    const transport = new StreamableHTTPClientTransport(mcpUrl, { authProvider: keychain });
    const connected = new Client({ name: "a desktop application", version: "1.0.0" });
    try {
      await connected.connect(transport);
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
      await transport.finishAuth(await keychain.code());
      await connected.connect(new StreamableHTTPClientTransport(mcpUrl, { authProvider: keychain }));
    }
    return connected;
  }

  async function call(name: string): Promise<string> {
    client ??= await connect();
    const { content } = await client.callTool({ name: "greet", arguments: { name } });
    return (content as { text: string }[]).map(({ text }) => text).join("");
  }

  return {
    keychain,
    async greet(name) {
      try {
        return await call(name);
      } catch (error) {
        // In the middle of a session the login has to be taken to its end, and the call made again.
        if (!(error instanceof UnauthorizedError) || !client) throw error;
        await (client.transport as StreamableHTTPClientTransport).finishAuth(await keychain.code());
        return call(name);
      }
    },
    async close() {
      await client?.close();
      await callback.close();
    },
  };
}
