import { requireKnownOptions } from "../lib/known-options.js";
import { MANAGEMENT_OPERATIONS, type ManagementOperation } from "./endpoint-operation.js";
import { requireThat } from "../lib/misuse.js";
import type { Awaitable } from "../lib/result.js";
import type { RegisteredClient } from "../store/records.js";

/** Lets clients manage themselves. Leave it out, and none gets a registration access token. */
export interface ClientManagementOptions {
  /**
   * Revokes every grant and token of a client that asks to be deleted. Runs when the client is disabled, before its record
   * goes; when it rejects, the client stays disabled, is told to come again, and this runs again: it has to bear that. A
   * client that does not come again is deleted by the first sweep after a day.
   * @see RFC 7592 section 2.3 https://www.rfc-editor.org/rfc/rfc7592#section-2.3
   */
  readonly revokeTokens: (client: RegisteredClient) => Awaitable<void>;
  /** Default: all three. What is left out is answered with 405. */
  readonly operations?: readonly ManagementOperation[];
  /**
   * Whether an update ends the registration access token and answers with a new one. Default true; some profiles of
   * FAPI want it to stay.
   * @see RFC 7592 section 5 https://www.rfc-editor.org/rfc/rfc7592#section-5
   */
  readonly rotateRegistrationAccessToken?: boolean;
  /**
   * Whether an update answers with a new client secret. Default false: the secret stays, and as only its hash is kept, no
   * answer but the first can show it. One that runs out is replaced by an update in any case.
   */
  readonly rotateClientSecret?: boolean;
  /**
   * Whether a registration access token that is sent to the URL of no client, or of another, is revoked. Default false:
   * whoever makes a client send its request to a wrong URL would end its management for good. Both are one case, or a
   * lost token would tell which identifiers exist.
   * @see RFC 7592 section 2 https://www.rfc-editor.org/rfc/rfc7592#section-2
   */
  readonly revokeMisdirectedTokens?: boolean;
}

/** The options with their defaults. */
export type ClientManagement = Required<ClientManagementOptions>;

/** @throws MisuseError for an option that is missing or makes no sense */
export function resolveClientManagement(options: ClientManagementOptions): ClientManagement {
  requireKnownOptions("clientManagement", options, [
    "revokeTokens",
    "operations",
    "rotateRegistrationAccessToken",
    "rotateClientSecret",
    "revokeMisdirectedTokens",
  ] satisfies (keyof ClientManagementOptions)[]);
  const {
    revokeTokens,
    operations = MANAGEMENT_OPERATIONS,
    rotateRegistrationAccessToken = true,
    rotateClientSecret = false,
    revokeMisdirectedTokens = false,
  } = options;
  requireThat(
    typeof revokeTokens === "function",
    "ERR_OPTION",
    "clientManagement.revokeTokens: must be a function that revokes the tokens of a client that is being deleted",
  );
  requireThat(
    isNonEmptyList(operations) && operations.every((name) => MANAGEMENT_OPERATIONS.includes(name as never)),
    "ERR_OPTION",
    "clientManagement.operations: must be of read, update and delete",
  );
  const flags = { rotateRegistrationAccessToken, rotateClientSecret, revokeMisdirectedTokens };
  for (const [name, value] of Object.entries(flags)) {
    requireThat(typeof value === "boolean", "ERR_OPTION", `clientManagement.${name}: must be true or false`);
  }
  return {
    revokeTokens,
    operations: MANAGEMENT_OPERATIONS.filter((name) => operations.includes(name)),
    ...flags,
  };
}

function isNonEmptyList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0;
}
