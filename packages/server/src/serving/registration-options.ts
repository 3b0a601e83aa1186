import {
  openRegistration,
  protectedRegistration,
  type AuthorizationServerMetadata,
  type ClientQuotaOptions,
  type ClientRegistrationOptions,
  type RegistrationAccess,
} from "@oauth-dcr/core";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { holdForApproval, type PolicyLists } from "@oauth-dcr/core/policy";
import { pinnedConnection } from "@oauth-dcr/node";
import { clientLifecycle } from "../settings/client-lifetimes.js";
import { metadataDocuments } from "../settings/document-settings.js";
import { presetOf } from "../settings/presets.js";
import type { Settings } from "../settings/settings.js";
import { TRUST_POLICIES } from "../settings/trust-settings.js";
import type { Limiters } from "./open-limiters.js";

/** What a server's registration is made of, and the operator's tools beside it. */
export function registrationOptions(
  settings: Settings,
  {
    issuer,
    limiters,
    ...parts
  }: { readonly issuer: string; readonly limiters: Limiters | undefined } & Pick<
    ClientRegistrationOptions,
    "store" | "audit"
  >,
): ClientRegistrationOptions {
  const { idempotent, maxBody } = settings;
  return {
    ...presetOf(settings, serverMetadata(settings, issuer)),
    ...(idempotent !== undefined && { idempotentRegistration: idempotent }),
    access: accessOf(settings, limiters),
    quotas: quotasOf(settings),
    maxBodyBytes: maxBody,
    lifecycle: clientLifecycle(settings),
    clientSecretTtlSeconds: settings.secretTtlSeconds,
    // Who holds their tokens learns of a deletion from the audit log; this process issues none.
    clientManagement: { revokeTokens: () => undefined },
    guardedFetch: guardedFetch({ connection: pinnedConnection() }),
    policies: policiesOf(settings),
    ...(settings.trust && { trust: settings.trust.trust }),
    ...(settings.documents && { clientIdMetadataDocuments: metadataDocuments(settings.documents) }),
    ...parts,
  };
}

/** What the operator says of the authorization server itself. */
export function serverMetadata(
  { authorizationEndpoint, tokenEndpoint }: Settings,
  issuer: string,
): AuthorizationServerMetadata {
  return {
    issuer,
    ...(authorizationEndpoint !== undefined && { authorization_endpoint: authorizationEndpoint }),
    ...(tokenEndpoint !== undefined && { token_endpoint: tokenEndpoint }),
  };
}

function quotasOf({ quota, totalQuota, ipv6PrefixLength }: Settings): ClientQuotaOptions {
  return {
    ...(quota !== undefined && { perAddress: quota, perInitialAccessToken: quota, ipv6PrefixLength }),
    ...(totalQuota !== undefined && { total: totalQuota }),
  };
}

/** The policy that holds stays known where holding is off, as the clients that it admitted are still judged by it. */
function policiesOf({ hold }: Settings): PolicyLists {
  const holds = holdForApproval({
    when: ({ origin }) => hold || origin.source !== "open",
    reason: "open registrations await approval (--hold on)",
  });
  return hold ? { open: [holds], named: TRUST_POLICIES } : { named: [holds, ...TRUST_POLICIES] };
}

function accessOf(
  { preset, ipv6PrefixLength }: Settings,
  limiters: Limiters | undefined,
): RegistrationAccess {
  const limit = limiters && {
    rateLimiter: limiters.rateLimiter,
    ...(limiters.global && { rateLimiters: { global: limiters.global } }),
    ipv6PrefixLength,
  };
  if (preset === "token-gated") return protectedRegistration(limit);
  return openRegistration(limit ?? { dangerouslyUnlimited: true });
}
