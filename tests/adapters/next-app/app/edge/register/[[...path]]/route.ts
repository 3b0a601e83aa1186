import { toRouteHandlers } from "@oauth-dcr/next";
import { registrationAt } from "../../../../registration";

export const runtime = "edge";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = toRouteHandlers(
  registrationAt("/edge/register"),
);
