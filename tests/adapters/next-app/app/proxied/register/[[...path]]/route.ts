import { toRouteHandlers } from "@oauth-dcr/next";
import { registrationAt } from "../../../../registration";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = toRouteHandlers(
  registrationAt("/proxied/register", { limit: 1 }),
  { trustedProxies: 1 },
);
