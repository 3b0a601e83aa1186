import { toRouteHandlers } from "@oauth-dcr/next";
import { registration } from "../../registration";

// The same code serves the discovery document, in app/.well-known/oauth-authorization-server/route.ts with an import from
// "../../../registration". Next.js passes no caller address: say how many of your proxies append to X-Forwarded-For.
const handlers = toRouteHandlers(registration, { trustedProxies: 1 });
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = handlers;
