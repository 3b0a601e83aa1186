import { toRouteHandlers } from "@oauth-dcr/next";
import { deskAt } from "../../../../desk";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = toRouteHandlers(
  deskAt("/proxied/register", { limit: 1 }),
  { trustedProxies: 1 },
);
