import type { RandomBytes } from "../crypto/random-token.js";
import { tokenHash } from "../crypto/token-hash.js";
import type { PolicyTable } from "../policy/policy-table.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import type { AuditEvents, RegistrationStore } from "../store/registration-store.js";
import type { InitialAccessToken, InitialAccessTokenConstraints } from "../store/records.js";
import { nowSeconds } from "../lib/clock.js";
import { namedOperator, requireOperator, type ByOperator } from "../lib/operator-name.js";
import { checkConstraints } from "./check-constraints.js";
import { newInitialAccessToken } from "./token-format.js";

/** What a new token allows, and for how long. */
export interface IssueInitialAccessTokenOptions extends InitialAccessTokenConstraints, ByOperator {
  /** How many clients may be registered with it. Default 1. */
  readonly uses?: number;
  /** Default 604,800, which is a week. */
  readonly expiresInSeconds?: number;
  /** A note for the operator. */
  readonly label?: string;
  /** Whom the token is given to; it stays on its clients. */
  readonly owner?: string;
}

/** The operator's side of initial access tokens. Every method rejects when the store cannot answer. */
export interface InitialAccessTokens {
  /**
   * Makes a token. This is the only time that it can be read.
   * @throws MisuseError for an option that makes no sense
   * @see RFC 7591 section 1.2 https://www.rfc-editor.org/rfc/rfc7591#section-1.2
   */
  issue(
    options?: IssueInitialAccessTokenOptions,
  ): Promise<{ readonly token: string; readonly record: InitialAccessToken }>;
  /** The next tokens behind the identifier `after`, in the order of their identifiers; at most `limit` (100). */
  list(page?: { readonly after?: string; readonly limit?: number }): Promise<readonly InitialAccessToken[]>;
  /** The record of a token, or `undefined` when there is none. */
  inspect(id: string): Promise<InitialAccessToken | undefined>;
  /** From now on nobody registers with it. `false` when there is no such token. */
  revoke(id: string, options?: ByOperator): Promise<boolean>;
}

/** Options of `initialAccessTokens`. */
export interface InitialAccessTokensOptions {
  /** Where the tokens are kept. */
  readonly store: RegistrationStore;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  /** Fills a buffer with random bytes. */
  readonly randomBytes?: RandomBytes;
}

/** What no caller from outside can give: there is no public way to a policy table. */
interface RegistrationTokensOptions extends InitialAccessTokensOptions {
  /** Makes a change to the token of an identifier with its audit events, and records them if the change answers `true`. */
  readonly audited?: (
    what: "issued" | "revoked",
    id: string,
    change: (auditEvents?: AuditEvents) => Promise<boolean>,
    by: ByOperator,
  ) => Promise<boolean>;
  /** Knows the policies that a token may name. Without it any well-formed name may be given. */
  readonly policies?: Pick<PolicyTable, "forNames">;
}

/**
 * Issues and manages initial access tokens in a store, such as from an operator's command.
 *
 * @example
 * ```ts
 * import type { ClientRegistration } from "@oauth-dcr/core";
 *
 * declare const registration: ClientRegistration;
 *
 * const { token } = await registration.initialAccessTokens.issue({ owner: "team-a", uses: 10 });
 * ```
 * @throws MisuseError for an option that there is not
 */
export function initialAccessTokens(options: InitialAccessTokensOptions): InitialAccessTokens {
  requireKnownOptions("initialAccessTokens", options, [
    "store",
    "clock",
    "randomBytes",
  ] satisfies (keyof InitialAccessTokensOptions)[]);
  return registrationTokens(options);
}

/** The same with what a registration gives of its own. */
export function registrationTokens({
  store,
  clock = Date.now,
  randomBytes = (bytes) => crypto.getRandomValues(bytes),
  policies,
  audited = async (_what, _id, change) => change(),
}: RegistrationTokensOptions): InitialAccessTokens {
  const now = (): number => nowSeconds(clock);
  return Object.freeze<InitialAccessTokens>({
    async issue(options = {}) {
      requireKnownOptions("initialAccessTokens.issue", options, [
        ...["uses", "expiresInSeconds", "label", "owner", "operator"],
        ...["scopes", "redirectHosts", "softwareIds", "grantTypes", "policies"],
      ]);
      const { uses = 1, expiresInSeconds = 604_800, label, owner, operator, ...bounds } = options;
      requireOperator(operator);
      requirePositiveInteger(uses, "ERR_OPTION", "uses");
      requirePositiveInteger(expiresInSeconds, "ERR_OPTION", "expiresInSeconds");
      for (const [name, text] of Object.entries({ label, owner })) {
        const isText = text === undefined || typeof text === "string";
        requireThat(isText, "ERR_OPTION", `${name}: must be text`);
      }
      const constraints = checkConstraints(bounds);
      const known = policies?.forNames(constraints.policies ?? []);
      requireThat(
        known?.ok !== false,
        "ERR_OPTION",
        "policies: names a policy that this server does not have",
      );
      const { id, token } = newInitialAccessToken(randomBytes);
      const issuedAt = now();
      const record: InitialAccessToken = {
        id,
        tokenHash: tokenHash(token),
        issuedAt,
        expiresAt: issuedAt + expiresInSeconds,
        usesLeft: uses,
        ...(label !== undefined && { label }),
        ...(owner !== undefined && { owner }),
        constraints,
      };
      const issued = async (auditEvents?: AuditEvents): Promise<boolean> => {
        await store.createInitialAccessToken(record, auditEvents);
        return true;
      };
      await audited("issued", id, issued, namedOperator(operator));
      return { token, record };
    },
    list: async ({ after = "", limit = 100 } = {}) => store.listInitialAccessTokens(after, limit),
    inspect: async (id) => store.findInitialAccessToken(id),
    async revoke(id, options = {}) {
      requireKnownOptions("initialAccessTokens.revoke", options, ["operator"] satisfies (keyof ByOperator)[]);
      const { operator } = options;
      requireOperator(operator);
      const revoked = async (auditEvents?: AuditEvents): Promise<boolean> => {
        const { outcome } = await store.revokeInitialAccessToken(id, now(), auditEvents);
        return outcome === "revoked";
      };
      return audited("revoked", id, revoked, namedOperator(operator));
    },
  });
}
