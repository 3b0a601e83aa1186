export {
  memoryWebhookQueue,
  type MemoryWebhookQueue,
  type MemoryWebhookQueueOptions,
} from "./memory-webhook-queue.js";
export { webhookRetrySeconds } from "./retry-schedule.js";
export {
  verifyWebhook,
  type ReceivedWebhook,
  type VerifiedWebhook,
  type VerifyWebhookOptions,
  type WebhookProblem,
} from "./verify-webhook.js";
export {
  webhookDelivery,
  type WebhookDelivery,
  type WebhookDeliveryOptions,
  type WebhookEndpoint,
  type WebhookRound,
} from "./webhook-delivery.js";
export {
  WEBHOOK_EVENT_TYPES,
  webhookPayload,
  type WebhookData,
  type WebhookEventType,
  type WebhookPayload,
} from "./webhook-payload.js";
export type {
  DeadMessage,
  QueuedEvent,
  WaitingMessage,
  WebhookBatch,
  WebhookMessage,
  WebhookQueue,
  WebhookQueueRequest,
  WebhookSettlement,
} from "./webhook-queue.js";
