export { createConsole, type Console } from "./create-console.js";
export type { ConsoleAuditLog, ConsoleOptions, ConsoleProxy, PlaygroundRules } from "./options.js";
