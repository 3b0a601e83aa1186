import type { Failure } from "../failure.js";
import type { RequestContext } from "../request-context.js";
import type { Awaitable, Result } from "../result.js";
import type { RegistrationOrigin, RegistrationStore } from "../store/registration-store.js";
import type { BearerCredentials } from "./bearer-credentials.js";

/** What is known of a request before its body is read. */
export interface AccessRequest {
  readonly context: RequestContext;
  readonly credentials: BearerCredentials;
  readonly store: RegistrationStore;
  readonly nowSeconds: number;
}

/** In which capacity a client may register. */
export interface AccessGrant {
  readonly origin: Omit<RegistrationOrigin, "policies">;
  /** The initial access token in our store that the registration takes a use from. */
  readonly spendInitialAccessToken?: string;
}

/** Who may register. Judged before a byte of the body is read. */
export interface RegistrationAccess {
  admit(request: AccessRequest): Awaitable<Result<AccessGrant, Failure>>;
}
