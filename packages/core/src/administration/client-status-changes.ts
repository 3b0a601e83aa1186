import { lifecycleEvent, type changeRecorder, type LifecycleEventType } from "../audit/operator-events.js";
import { namedOperator } from "../lib/operator-name.js";
import {
  approveClient,
  disableClient,
  enableClient,
  rejectClient,
  requireStatusChangeOptions,
  type StatusChangeOptions,
} from "../lifecycle/change-client-status.js";

/** What an operator does to the status of a client. Each is recorded, and rejects when the store cannot answer. */
export interface ClientStatusChanges {
  /** Lets a client that a policy held begin; `false` when there is no such client. */
  readonly approveClient: (clientId: string, options?: StatusChangeOptions) => Promise<boolean>;
  /** Turns down a client that a policy held; it is disabled. `false` when there is no such client. */
  readonly rejectClient: (clientId: string, options?: StatusChangeOptions) => Promise<boolean>;
  /**
   * Stops a client until it is enabled, also one that is known by its document and was never seen. `false` when there is none
   * to stop: one that awaits approval can do nothing. Takes effect at the next request on every process.
   */
  readonly disableClient: (clientId: string, options?: StatusChangeOptions) => Promise<boolean>;
  /** Ends what `disableClient` or `rejectClient` did; `false` when no such client is disabled. */
  readonly enableClient: (clientId: string, options?: StatusChangeOptions) => Promise<boolean>;
}

/** Makes the four, each with its audit event. */
export function clientStatusChanges(
  config: Parameters<typeof disableClient>[1],
  audited: ReturnType<typeof changeRecorder>,
): ClientStatusChanges {
  const change =
    (type: LifecycleEventType, work: typeof disableClient) =>
    async (clientId: string, options: StatusChangeOptions = {}): Promise<boolean> => {
      requireStatusChangeOptions(options);
      const { reason: statusReason, operator } = options;
      const more = { ...(statusReason !== undefined && { statusReason }), ...namedOperator(operator) };
      const event = lifecycleEvent(type, clientId, config.clock(), more);
      return audited(event, async (events) => work(clientId, config, events, options));
    };
  return {
    approveClient: change("client_approved", approveClient),
    rejectClient: change("client_rejected", rejectClient),
    disableClient: change("client_disabled", disableClient),
    enableClient: change("client_enabled", enableClient),
  };
}
