import type { Failure } from "../failure.js";
import type { RegistrationRequest, Served } from "../registration-endpoint/register-client.js";
import { wait, type Steps } from "../lib/steps.js";
import { err, ok, type Result } from "../lib/result.js";
import { nowSeconds } from "../lib/clock.js";
import type { ClientStatus } from "../store/records.js";
import type { RegistrationStore } from "../store/registration-store.js";
import type { ManagementConfig } from "./update-client.js";
import type { AuthenticatedClient } from "./authenticate-management.js";

/** How long a deletion that failed half-way may be taken up again. After that a sweep ends it. */
const DELETION_SECONDS = 86_400;

const NOT_DISABLED: readonly ClientStatus[] = ["pending", "active", "awaiting_approval"];

/**
 * Disables a client, revokes its tokens and deletes its record, and with it the identifier, the secret and the
 * registration access token. In this order: a token that is issued between the last two steps finds its client disabled
 * when its use is recorded. A deletion that fails half-way is repeated whole. A client that an operator disabled stays.
 *
 * @see RFC 7592 section 2.3 https://www.rfc-editor.org/rfc/rfc7592#section-2.3
 */
export function* deleteClient(
  { client }: AuthenticatedClient,
  { eventsOf }: RegistrationRequest,
  { management, store, clock }: Pick<ManagementConfig, "management" | "store" | "clock">,
): Steps<Result<Served, Failure>> {
  try {
    const ending = yield* beginDeletion(client.clientId, store, nowSeconds(clock));
    if (!ending.ok) return ending;
  } catch (cause) {
    return err({ kind: "store_unavailable", cause });
  }
  try {
    yield* wait(management.revokeTokens(client));
  } catch (cause) {
    return err({ kind: "revocation_failed", cause });
  }
  try {
    const served = { client, findings: [] };
    const { outcome } = yield* wait(store.deleteClient(client.clientId, eventsOf?.(served)));
    return outcome === "deleted" ? ok(served) : err({ kind: "token_refused", reason: "unknown" });
  } catch (cause) {
    return err({ kind: "store_unavailable", cause });
  }
}

/**
 * Disables a client that is to be deleted, or finds that this was done. What tells it from one that an operator disabled is
 * its expiry: those have none, and this one is gone with the next sweep even if the server ends before it is deleted.
 */
function* beginDeletion(
  clientId: string,
  store: RegistrationStore,
  now: number,
): Steps<Result<void, Failure>> {
  const change = { from: NOT_DISABLED, to: "disabled", expiresAt: now + DELETION_SECONDS } as const;
  const { outcome } = yield* wait(store.changeClientStatus(clientId, change));
  if (outcome === "changed") return ok(undefined);
  const client = yield* wait(store.findClient(clientId));
  if (!client) return err({ kind: "token_refused", reason: "unknown" });
  const isBegun = client.status === "disabled" && client.expiresAt !== undefined;
  return isBegun ? ok(undefined) : err({ kind: "not_permitted" });
}
