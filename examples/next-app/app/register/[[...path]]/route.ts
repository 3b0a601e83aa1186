import { toRouteHandlers } from "@oauth-dcr/next";
import { registration } from "../../registration";

// Behind proxies of yours, say how many: toRouteHandlers(registration, { trustedProxies: 1 }).
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = toRouteHandlers(registration);
