import { toRouteHandlers } from "@oauth-dcr/next";
import { LIMIT } from "../../../../../support/open-desk";
import { deskAt } from "../../../../desk";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = toRouteHandlers(
  deskAt("/limited/register", { limit: LIMIT }),
);
