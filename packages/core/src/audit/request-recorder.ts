import { trustTier } from "../store/trust-tier.js";
import type { Pseudonym } from "../crypto/pseudonym.js";
import { randomIdentifier, type RandomBytes } from "../crypto/random-token.js";
import type { EndpointOperation } from "../client-configuration-endpoint/endpoint-operation.js";
import type { Failure, Refusal } from "../failure.js";
import type { Served } from "../registration-endpoint/register-client.js";
import type { RequestContext } from "../access/request-context.js";
import type { Clock } from "../lib/clock.js";
import type { RegisteredClient } from "../store/records.js";
import { isPromise, runSteps, type Steps } from "../lib/steps.js";
import { err, type Awaitable, type Result } from "../lib/result.js";
import type { AuditEvent } from "./audit-event.js";
import type { AuditRecorder } from "./audit-delivery.js";
import type { OnError } from "./on-error.js";
import { refusedEvent, servedEvent, tokenSpentEvent, type EndedRequest } from "./request-events.js";

interface RequestRecorderOptions {
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly record: AuditRecorder["record"];
  readonly addressPseudonym: Pseudonym;
  readonly onError: OnError;
  /** Missing: a template means what it meant when the record was written. */
  readonly trust?: { readonly tierOf: typeof trustTier };
}

/**
 * Does what a request asks for, and records how it ends with one event. A defect is an answer like any other. Never rejects.
 * `work` may ask for the events of what it is about to do: these are recorded when the request ends with that.
 */
export type RequestRecorder = <T extends Served>(
  operation: EndpointOperation,
  context: RequestContext,
  work: (eventsOf: (served: Served) => readonly AuditEvent[]) => Steps<Result<T, Refusal>>,
) => Awaitable<Result<T, Failure>>;

export function requestRecorder({
  record,
  clock,
  randomBytes,
  addressPseudonym,
  onError,
  trust,
}: RequestRecorderOptions): RequestRecorder {
  const tierOf = trust?.tierOf ?? trustTier;

  /** Tells `onError` of the cause, if there is one. */
  function recordRefusal(refusal: Refusal, context: RequestContext, request: EndedRequest): void {
    const event = refusedEvent(refusal, request);
    if ("cause" in refusal) void onError(refusal.cause, event);
    record(event, context, refusal.kind === "rate_limited" ? refusal.key : undefined);
  }

  function ended(context: RequestContext, clientId: string | undefined): EndedRequest {
    const { clientAddress } = context;
    return {
      now: clock(),
      requestId: requestIdOf(context, randomBytes),
      ...(clientAddress !== undefined && { clientAddress: addressPseudonym(clientAddress) }),
      ...(clientId !== undefined && { clientId }),
    };
  }

  return function recorded<T extends Served>(
    operation: EndpointOperation,
    context: RequestContext,
    work: (eventsOf: (served: Served) => readonly AuditEvent[]) => Steps<Result<T, Refusal>>,
  ): Awaitable<Result<T, Failure>> {
    const clientId = operation.name === "register" ? undefined : operation.clientId;
    /** What was made of the request before it ended. */
    let before: EndedRequest | undefined;
    let prepared: { readonly client: RegisteredClient; readonly events: readonly AuditEvent[] } | undefined;

    const eventsOf = (served: Served): readonly AuditEvent[] => {
      const request = (before ??= ended(context, clientId));
      const event = servedEvent(operation.name, served, request, tierOf);
      const spent = clientId === undefined ? tokenSpentEvent(served, request) : undefined;
      return spent ? [event, spent] : [event];
    };
    const prepare = (served: Served): readonly AuditEvent[] => {
      const events = eventsOf(served);
      prepared = { client: served.client, events };
      return events;
    };
    const end = (outcome: Result<T, Refusal>): Result<T, Failure> => {
      if (outcome.ok) {
        // A registration that leads to the client of another has a client of its own in its answer.
        const events = prepared?.client === outcome.value.client ? prepared.events : eventsOf(outcome.value);
        for (const event of events) record(event, context);
      } else recordRefusal(outcome.error, context, before ?? ended(context, clientId));
      return outcome;
    };
    const defect = (cause: unknown) => end(err<Refusal>({ kind: "defect", cause }));
    let outcome: Awaitable<Result<T, Refusal>>;
    try {
      outcome = runSteps(work(prepare));
    } catch (cause) {
      return defect(cause);
    }
    return isPromise(outcome) ? outcome.then(end, defect) : end(outcome);
  };
}

/** The adapter's word for a request if it fits into a log, or else a random one. */
function requestIdOf({ requestId }: RequestContext, randomBytes: RandomBytes): string {
  if (requestId !== undefined && /^[\x21-\x7e]{1,128}$/.test(requestId)) return requestId;
  try {
    return randomIdentifier(randomBytes);
  } catch {
    // Of what failed the request itself tells, if it needs randomness; its event must come all the same.
    return "unknown";
  }
}
