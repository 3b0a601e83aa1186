import type { RegistrationAccess } from "./access/open-registration.js";
import { checkOptions } from "./check-options.js";
import type { AuditSink } from "./audit/audit-event.js";
import { logError, neverThrowing, type OnError } from "./audit/on-error.js";
import type { WrongApplicationType } from "./client-metadata/application-type.js";
import { REGISTERED_MEMBERS, RESERVED_MEMBERS, type MetadataMember } from "./client-metadata/members.js";
import type { UnsupportedMetadata } from "./client-metadata/narrow.js";
import type { RandomBytes } from "./crypto/random-token.js";
import {
  type AuthorizationServerMetadata,
  type CompleteServerMetadata,
  completeServerMetadata,
} from "./discovery/authorization-server-metadata.js";
import type { CorsOrigins } from "./http/cors.js";
import { requireThat } from "./misuse.js";
import type { RedirectUriPolicy } from "./redirect-uri/redirect-uri-policy.js";
import type { RegistrationDesk } from "./registration-endpoint/register-client.js";
import type { RegistrationStore } from "./store/registration-store.js";

export interface ClientRegistrationOptions {
  /** The discovery document; a registration gets nothing that this does not publish. */
  readonly authorizationServer: AuthorizationServerMetadata;
  readonly redirectUris: RedirectUriPolicy;
  /** Who may register, such as `openRegistration({ rateLimiter })`. */
  readonly access: RegistrationAccess;
  readonly store: RegistrationStore;
  /** Gets one event for each request to the registration endpoint but a preflight. */
  readonly audit: AuditSink;
  /** The scope of a client that asks for none. Default: none. */
  readonly defaultScopes?: readonly string[];
  /** Whether an unsupported grant type, response type or scope is dropped or refused. Default `narrow`. */
  readonly unsupportedMetadata?: UnsupportedMetadata;
  /** Whether an `application_type` that contradicts the redirect URIs is corrected or refused. Default `refuse`. */
  readonly wrongApplicationType?: WrongApplicationType;
  /** Members of your own. They are checked by their kind, stored and answered like the registered ones. */
  readonly extensionMembers?: readonly MetadataMember[];
  /** The largest body, in bytes. Default 65,536. */
  readonly maxBodyBytes?: number;
  /** Which web pages may register from a browser; `[]` for none. Default `*`. */
  readonly corsOrigins?: CorsOrigins;
  /** Told of what an operator should look into. Default: a line on the console's error stream. */
  readonly onError?: OnError;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  readonly randomBytes?: RandomBytes;
}

/** The options with every default said, checked once and independent of the caller's objects. */
export interface ResolvedOptions extends RegistrationDesk {
  readonly serverMetadata: CompleteServerMetadata;
  readonly corsOrigins: CorsOrigins;
  readonly maxBodyBytes: number;
  readonly audit: AuditSink;
  readonly onError: OnError;
}

/** @throws MisuseError for an option that is missing or makes no sense */
export function resolveOptions(options: ClientRegistrationOptions): ResolvedOptions {
  checkOptions(options);
  const { access, store, audit, redirectUris, corsOrigins = "*", maxBodyBytes = 65_536 } = options;
  const serverMetadata = completeServerMetadata(structuredClone(options.authorizationServer));
  const defaultScopes = [...(options.defaultScopes ?? [])];
  requireThat(
    defaultScopes.every((scope) => serverMetadata.scopes_supported.includes(scope)),
    "ERR_OPTION",
    "defaultScopes: must be among authorizationServer.scopes_supported",
  );
  return Object.freeze({
    serverMetadata,
    rules: Object.freeze({
      members: memberTable(options.extensionMembers ?? []),
      redirectUris,
      supported: serverMetadata,
      defaultScopes,
      unsupportedMetadata: options.unsupportedMetadata ?? "narrow",
      wrongApplicationType: options.wrongApplicationType ?? "refuse",
    }),
    access,
    store,
    audit,
    corsOrigins: corsOrigins === "*" ? corsOrigins : [...corsOrigins],
    maxBodyBytes,
    onError: neverThrowing(options.onError ?? logError),
    clock: options.clock ?? Date.now,
    randomBytes: options.randomBytes ?? ((bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes)),
  });
}

function memberTable(extensions: readonly MetadataMember[]): ReadonlyMap<string, MetadataMember> {
  const members = new Map(REGISTERED_MEMBERS.map((member) => [member.name, member]));
  for (const member of extensions) {
    const { name } = member;
    requireThat(
      /^[A-Za-z][\w.-]*$/.test(name),
      "ERR_EXTENSION_MEMBER",
      `extensionMembers: "${name}" is not a member name`,
    );
    requireThat(
      !members.has(name) && !RESERVED_MEMBERS.has(name),
      "ERR_EXTENSION_MEMBER",
      `extensionMembers: ${name} is taken`,
    );
    members.set(name, Object.freeze({ ...member }));
  }
  return members;
}
