import { betterAuthPeer } from "./better-auth.js";
import { mcpSdk } from "./mcp-sdk.js";
import { oidcProvider } from "./oidc-provider.js";
import type { Peer } from "./peer.js";
import { workersOAuthProvider } from "./workers-oauth-provider.js";

export { versionOf } from "./peer.js";

/** The authorization servers of other projects that the checks are run against. */
export const PEERS: readonly Peer[] = [mcpSdk, oidcProvider, betterAuthPeer, workersOAuthProvider];
