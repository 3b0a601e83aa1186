import { toRouteHandlers } from "@oauth-dcr/next";
import { registration } from "../../registration";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = toRouteHandlers(registration);
