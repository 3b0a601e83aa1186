import { oauthProvider } from "@better-auth/oauth-provider";
import { betterAuth, type BetterAuthPlugin } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";
import { jwt } from "better-auth/plugins";
import { serveOnLoopback, type Peer } from "./peer.js";

const TABLES = [
  "user",
  "session",
  "account",
  "verification",
  "jwks",
  "oauthClient",
  "oauthAccessToken",
  "oauthRefreshToken",
  "oauthConsent",
];

export const betterAuthPeer: Peer = {
  name: "better-auth, OAuth provider plugin",
  packages: ["better-auth", "@better-auth/oauth-provider"],
  setup:
    "The plugins `jwt` and `oauthProvider` with `allowDynamicClientRegistration` and `allowUnauthenticatedClientRegistration`, in memory. better-auth limits rates only in production.",
  start: () =>
    serveOnLoopback(
      (origin) => {
        const auth = betterAuth({
          baseURL: origin,
          secret: crypto.randomUUID() + crypto.randomUUID(),
          database: memoryAdapter(Object.fromEntries(TABLES.map((table) => [table, []]))),
          telemetry: { enabled: false },
          plugins: [
            jwt(),
            // Its types do not know exactOptionalPropertyTypes.
            oauthProvider({
              loginPage: "/login",
              consentPage: "/consent",
              allowDynamicClientRegistration: true,
              allowUnauthenticatedClientRegistration: true,
            }) as unknown as BetterAuthPlugin,
          ],
        });
        const handler = toNodeHandler(auth);
        return (request, response) => void handler(request, response);
      },
      (origin) => `${origin}/api/auth`,
    ),
};
