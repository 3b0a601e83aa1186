export { clientCertificates } from "./client-certificates.js";
export type { NodeRequest, NodeResponse } from "./node-message.js";
export { pinnedConnection, type PinnedConnectionOptions } from "./pinned-connection/pinned-connection.js";
export { sendResponse } from "./send-response.js";
export { toNodeHandler, type NodeHandlerOptions } from "./to-node-handler.js";
export { txtRecords, type TxtRecordsOptions } from "./txt-records.js";
export { scheduleSweep, type ScheduledSweep, type ScheduleSweepOptions } from "./schedule-sweep.js";
export {
  scheduleWebhooks,
  type ScheduledWebhooks,
  type ScheduleWebhooksOptions,
} from "./schedule-webhooks.js";
