import { toRouteHandlers } from "@oauth-dcr/next";
import { LIMIT } from "../../../../../support/open-server";
import { registrationAt } from "../../../../registration";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = toRouteHandlers(
  registrationAt("/limited/register", { limit: LIMIT }),
);
