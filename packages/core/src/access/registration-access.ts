import type { Failure } from "../failure.js";
import type { VerifiedInitialAccess } from "../initial-access-token/initial-access-token-verifier.js";
import type { RequestContext } from "./request-context.js";
import type { Awaitable, Result } from "../lib/result.js";
import type { RegistrationStore } from "../store/registration-store.js";
import type { ProposalOrigin } from "../store/records.js";
import type { BearerCredentials } from "./bearer-credentials.js";

/** What is known of a request before its body is read. */
export interface AccessRequest {
  /** What the adapter knows of the request. */
  readonly context: RequestContext;
  /** What the `Authorization` header holds. */
  readonly credentials: BearerCredentials;
  /** Where initial access tokens are kept. */
  readonly store: RegistrationStore;
  /** Seconds since the epoch. */
  readonly nowSeconds: number;
}

/** In which capacity a client may register. */
export interface AccessGrant {
  /** By what right it registers. It is stored with the client. */
  readonly origin: ProposalOrigin;
  /** The initial access token in our store that the registration takes a use from. */
  readonly spendInitialAccessToken?: string;
  /** Uses up a token that is in no store of ours. Called right before the client is stored. */
  readonly spendForeignToken?: VerifiedInitialAccess["spend"];
}

/** Counts requests, each at its place. A limit that is not configured lets every request pass. */
export interface RegistrationLimits {
  /** Counts a request to any of the endpoints, before its token is looked at. */
  readonly request: (context: RequestContext) => Awaitable<Result<void, Failure>>;
  /** Counts a client that is about to be stored, and none that is shared and there already. Missing: none is counted. */
  readonly newClient?: (context: RequestContext) => Awaitable<Result<void, Failure>>;
  /** Counts a registration whose caller was admitted, before its body is read. */
  readonly registration: (origin: ProposalOrigin) => Awaitable<Result<void, Failure>>;
  /** Counts a registration by the `software_id` of metadata that was accepted, before the client is stored. */
  readonly software: (softwareId: string) => Awaitable<Result<void, Failure>>;
}

/** Who may register. Judged before a byte of the body is read. */
export interface RegistrationAccess {
  /** Missing where no limit holds. */
  readonly limits?: RegistrationLimits;
  /** Whether each admitted caller has to bring a software statement too. */
  readonly requiresSoftwareStatement?: boolean;
  /** Admits or refuses a caller by the request's headers alone. A rejection counts as a defect: the caller gets a 500. */
  admit(request: AccessRequest): Awaitable<Result<AccessGrant, Failure>>;
}
