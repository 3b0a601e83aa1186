import type { Failure } from "../failure.js";
import type { InitialAccessToken } from "../initial-access-token/initial-access-token.js";
import type { RequestContext } from "../request-context.js";
import type { Awaitable, Result } from "../result.js";
import type { RegistrationStore } from "../store/registration-store.js";
import type { BearerCredentials } from "./bearer-credentials.js";

/** What is known of a request before its body is read. */
export interface AccessRequest {
  readonly context: RequestContext;
  readonly credentials: BearerCredentials;
  readonly store: RegistrationStore;
  readonly nowSeconds: number;
}

/** In which capacity a client may register. */
export type AccessGrant =
  | { readonly source: "open" }
  | { readonly source: "initial_access_token"; readonly initialAccessToken: InitialAccessToken };

/** Who may register. Judged before a byte of the body is read. */
export interface RegistrationAccess {
  admit(request: AccessRequest): Awaitable<Result<AccessGrant, Failure>>;
}
