import { pathOf } from "../http/endpoint-paths.js";
import type { EndpointRequest } from "../http/endpoint-request.js";
import { requireThat } from "../lib/misuse.js";
import type { Awaitable } from "../lib/result.js";
import { parseStrictUri } from "../uri/strict-uri.js";

/**
 * Finds the issuer of a request. `undefined` if the request is for no issuer. A returned issuer need not exist:
 * `registrationFor` decides that.
 */
export type IssuerResolver = (
  request: Pick<EndpointRequest, "method" | "url" | "headers">,
) => Awaitable<string | undefined>;

/** One segment of a path that needs no escape and is no dot segment. */
const SEGMENT = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?";
const WELL_KNOWN = "/\\.well-known/(?:oauth-authorization-server|openid-configuration)";

/**
 * Resolves issuers of the form `base` plus one path segment, such as `https://as.example/acme`. Reads the segment after the path of
 * `base` in the request's path, with or without a well-known prefix. Ignores the host.
 *
 * @example
 * ```ts
 * import { issuerFromPath } from "@oauth-dcr/core/many-issuers";
 *
 * const issuerOf = issuerFromPath("https://as.example");
 * // both are for https://as.example/acme:
 * // /acme/register, /.well-known/oauth-authorization-server/acme
 * ```
 * @param base without a trailing slash, a query or a fragment
 * @throws MisuseError for an invalid base
 * @see RFC 8414 section 3.1 https://www.rfc-editor.org/rfc/rfc8414#section-3.1
 */
export function issuerFromPath(base: string): IssuerResolver {
  const parsed = typeof (base as unknown) === "string" ? parseStrictUri(base, 2048) : undefined;
  requireThat(
    parsed?.ok === true && /^https?$/.test(parsed.value.scheme) && !/[?#]|\/$/.test(base),
    "ERR_PUBLIC_URL",
    "issuerFromPath: must be an https URL without a trailing slash, query and fragment",
  );
  const { pathname } = new URL(base);
  const prefix = pathname === "/" ? "" : pathname.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const tenantPath = new RegExp(`^(?:${WELL_KNOWN})?${prefix}/(${SEGMENT})(?:/|$)`);

  return ({ url }) => {
    const segment = tenantPath.exec(pathOf(url))?.[1];
    return segment === undefined ? undefined : `${base}/${segment}`;
  };
}

const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?$/i;

/**
 * Resolves issuers that are a host, such as `https://acme.as.example`. The caller chooses the `Host` of a request, so only hosts in
 * `allowed` count. Ignores `X-Forwarded-Host`: your proxy must forward `Host`.
 *
 * @example
 * ```ts
 * import { issuerFromHost } from "@oauth-dcr/core/many-issuers";
 *
 * const issuerOf = issuerFromHost(["acme.as.example", "login.other.example"]);
 * ```
 * @param allowed hosts in lower case, with a port unless it is 443; or a function that is called for each request
 * @throws MisuseError for an empty list, and for an invalid host
 */
export function issuerFromHost(
  allowed: readonly string[] | ((host: string) => Awaitable<boolean>),
): IssuerResolver {
  const isAllowed = typeof allowed === "function" ? allowed : inList(allowed);
  return async ({ url, headers }) => {
    const host = hostOf(headers.get("host") ?? authorityOf(url));
    if (host === undefined) return undefined;
    // For a function without types, anything but true is a no.
    const answer: unknown = await isAllowed(host);
    return answer === true ? `https://${host}` : undefined;
  };
}

function inList(allowed: readonly string[]): (host: string) => boolean {
  const given: unknown = allowed;
  requireThat(
    Array.isArray(given) && given.length > 0 && allowed.every((host) => hostOf(host) === host),
    "ERR_OPTION",
    "issuerFromHost: must be a list of hosts in lower case, without the port 443, or a function",
  );
  const hosts = new Set(allowed);
  return (host) => hosts.has(host);
}

/** In the spelling of an issuer: in lower case and without the port of https. */
function hostOf(host: string): string | undefined {
  if (!HOST.test(host)) return undefined;
  try {
    return new URL(`https://${host}`).host;
  } catch {
    return undefined;
  }
}

function authorityOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return "";
  }
}
