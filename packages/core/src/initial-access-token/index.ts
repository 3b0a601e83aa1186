export {
  initialAccessTokens,
  type InitialAccessTokens,
  type InitialAccessTokensOptions,
  type IssueInitialAccessTokenOptions,
} from "./initial-access-tokens.js";
export type { InitialAccessToken, InitialAccessTokenConstraints } from "../store/records.js";
