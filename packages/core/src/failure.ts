import type { Finding } from "./client-metadata/finding.js";
import type { JwtAccessProblem } from "./initial-access-token/initial-access-token-verifier.js";
import type { ProposalOrigin } from "./store/records.js";
import type { InitialAccessTokenProblem } from "./store/standing.js";

/**
 * Why a request was not served. What the caller may read is decided in one place, `http/failure-answer.ts`; `cause`
 * is for the operator alone.
 */
export type Failure =
  | { readonly kind: "method_not_allowed"; readonly allow: string }
  | {
      readonly kind: "rate_limited";
      /** For the operator: which of the limits. */
      readonly scope: "address" | "new_client" | "initial_access_token" | "software_id" | "global";
      /** For the audit log: as whom the limit counts the caller. Callers of one key have one event together. Missing: the address. */
      readonly key?: string;
      readonly retryAfterSeconds: number;
      readonly limit: number;
      readonly windowSeconds: number;
    }
  | { readonly kind: "token_required" }
  | { readonly kind: "token_in_query" }
  | {
      readonly kind: "token_refused";
      /** For the operator: the caller is not told which it was. */
      readonly reason: InitialAccessTokenProblem | JwtAccessProblem | "not_this_client";
      readonly tokenId?: string;
    }
  | { readonly kind: "not_permitted" }
  /** A token or a record names a policy that this server does not have: what the client is held to, nobody can tell. */
  | { readonly kind: "unknown_policy"; readonly policy: string; readonly cause: Error }
  /** An operator stopped the client that the same metadata is registered for. */
  | { readonly kind: "client_disabled"; readonly clientId: string }
  /** So many clients may be registered and not used yet, in the pool of that key. */
  | { readonly kind: "quota_exceeded"; readonly key: string; readonly limit: number }
  /** Somebody else changed the client meanwhile. */
  | { readonly kind: "conflict" }
  | {
      readonly kind: "unsupported_media_type";
      /** The types that are taken, for a sentence. */
      readonly taken: string;
    }
  /** The body is compressed or otherwise coded. No coding is taken. */
  | { readonly kind: "unsupported_content_encoding" }
  | { readonly kind: "body_too_large"; readonly maxBytes: number }
  /** The body came in so many small pieces that reading it would cost more than what it says. */
  | { readonly kind: "body_in_too_many_pieces"; readonly maxPieces: number }
  | { readonly kind: "request_aborted" }
  | { readonly kind: "malformed_utf8" }
  | { readonly kind: "malformed_json" }
  | { readonly kind: "not_an_object" }
  | { readonly kind: "refused_metadata"; readonly findings: readonly Finding[] }
  | { readonly kind: "store_unavailable"; readonly cause: unknown }
  | { readonly kind: "rate_limiter_unavailable"; readonly cause: unknown }
  /** Nobody can judge a signed token or statement now. */
  | { readonly kind: "verifier_unavailable"; readonly cause: unknown }
  | { readonly kind: "revocation_failed"; readonly cause: unknown }
  | { readonly kind: "defect"; readonly cause: unknown };

/** A failure, and by what right its request was admitted, where it got so far. */
export type Refusal = Failure & { readonly origin?: ProposalOrigin };
