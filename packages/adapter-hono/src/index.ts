export { toHonoHandler, type HonoHandlerOptions } from "./to-hono-handler.js";
