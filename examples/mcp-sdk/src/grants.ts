import { randomBytes } from "node:crypto";

/** What a user let a client do. */
export interface Grant {
  readonly clientId: string;
  readonly scopes: readonly string[];
}

export interface CodeRequest {
  readonly redirectUri: string;
  readonly codeChallenge: string;
}

interface Issued<T> {
  readonly grant: Grant;
  readonly about: T;
  readonly expiresAt: number;
  isSpent: boolean;
}

const CODE_SECONDS = 60;
export const ACCESS_TOKEN_SECONDS = 600;
const REFRESH_TOKEN_SECONDS = 30 * 86_400;

/**
 * Codes and tokens of this process, which forgets them at its end. A code or refresh token that comes a second time was
 * stolen, or its successor was: it ends the grant.
 */
export class Grants {
  readonly #codes = new Map<string, Issued<CodeRequest>>();
  readonly #accessTokens = new Map<string, Issued<undefined>>();
  readonly #refreshTokens = new Map<string, Issued<undefined>>();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  issueCode(grant: Grant, request: CodeRequest): string {
    return this.#issue(this.#codes, grant, request, CODE_SECONDS);
  }

  issueAccessToken(grant: Grant): string {
    return this.#issue(this.#accessTokens, grant, undefined, ACCESS_TOKEN_SECONDS);
  }

  issueRefreshToken(grant: Grant): string {
    return this.#issue(this.#refreshTokens, grant, undefined, REFRESH_TOKEN_SECONDS);
  }

  findCode(code: string, clientId: string): CodeRequest | undefined {
    const issued = this.#codes.get(code);
    return issued?.grant.clientId === clientId ? issued.about : undefined;
  }

  spendCode(code: string, clientId: string): Grant | undefined {
    return this.#spend(this.#codes.get(code), clientId);
  }

  spendRefreshToken(token: string, clientId: string): Grant | undefined {
    return this.#spend(this.#refreshTokens.get(token), clientId);
  }

  findAccessToken(token: string): { readonly grant: Grant; readonly expiresAt: number } | undefined {
    const issued = this.#accessTokens.get(token);
    return issued && issued.expiresAt > this.#seconds() ? issued : undefined;
  }

  /** Whether the client can still come back by itself. */
  hasAny(clientId: string): boolean {
    const now = this.#seconds();
    return [...this.#refreshTokens.values()].some(
      ({ grant, isSpent, expiresAt }) => grant.clientId === clientId && !isSpent && expiresAt > now,
    );
  }

  revoke(token: string, clientId: string): void {
    const issued = this.#refreshTokens.get(token) ?? this.#accessTokens.get(token);
    if (issued?.grant.clientId === clientId) this.#end((grant) => grant === issued.grant);
  }

  endAllOf(clientId: string): void {
    this.#end((grant) => grant.clientId === clientId);
  }

  #issue<T>(kind: Map<string, Issued<T>>, grant: Grant, about: T, seconds: number): string {
    const now = this.#seconds();
    for (const [old, { expiresAt }] of kind) if (expiresAt <= now) kind.delete(old);
    const token = randomBytes(32).toString("base64url");
    kind.set(token, { grant, about, expiresAt: now + seconds, isSpent: false });
    return token;
  }

  #spend(issued: Issued<unknown> | undefined, clientId: string): Grant | undefined {
    if (issued?.grant.clientId !== clientId || issued.expiresAt <= this.#seconds()) return undefined;
    if (issued.isSpent) this.#end((grant) => grant === issued.grant);
    const isFirst = !issued.isSpent;
    issued.isSpent = true;
    return isFirst ? issued.grant : undefined;
  }

  #end(isOver: (grant: Grant) => boolean): void {
    for (const kind of [this.#codes, this.#accessTokens, this.#refreshTokens]) {
      for (const [token, { grant }] of kind) if (isOver(grant)) kind.delete(token);
    }
  }

  #seconds(): number {
    return Math.floor(this.#clock() / 1000);
  }
}
