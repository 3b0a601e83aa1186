export { toRouteHandlers, type RouteHandlers, type RouteHandlersOptions } from "./to-route-handlers.js";
