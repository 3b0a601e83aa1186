export type { TrustedIssuer } from "./json-web-token/trusted-issuer.js";
export {
  softwareStatements,
  type SoftwareStatementsOptions,
} from "./software-statement/software-statements.js";
export {
  jwtInitialAccessTokens,
  type JwtInitialAccessTokensOptions,
} from "./initial-access-token/jwt-initial-access-tokens.js";
export type { VerifiedJwtAccess } from "./initial-access-token/jwt-initial-access-tokens.js";
export { privateKeyJwt, type PrivateKeyJwtOptions } from "./client-authentication/private-key-jwt.js";
export type { JsonWebTokenClaims } from "./json-web-token/claims.js";
export type { SignedRequestOptions } from "./software-statement/signed-requests.js";
export type {
  SignedRequestProblem,
  SoftwareStatementProblem,
  SoftwareStatementVerifier,
  VerifiedSoftwareStatement,
} from "./software-statement/software-statement.js";
export type {
  InitialAccessTokenVerifier,
  JwtAccessProblem,
  VerifiedInitialAccess,
} from "./initial-access-token/initial-access-token-verifier.js";
export type {
  ClientAssertionProblem,
  ClientAssertionVerifier,
} from "./client-authentication/client-assertion-verifier.js";
export type { JsonWebTokenProblem, JsonWebTokenRefusal } from "./json-web-token/json-web-token-problem.js";
export type { ReplayStore } from "./json-web-token/replay-store.js";
