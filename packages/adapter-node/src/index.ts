export type { NodeRequest, NodeResponse } from "./node-message.js";
export { toNodeHandler, type NodeHandlerOptions } from "./to-node-handler.js";
