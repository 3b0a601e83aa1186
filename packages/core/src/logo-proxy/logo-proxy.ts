import type { ClientRegistration } from "../client-registration.js";
import type { ConsentView } from "../consent/consent-view.js";
import type { GuardedFetchBytes } from "../guarded-fetch/guarded-fetch.js";
import { isGuardedFetch } from "../guarded-fetch/is-guarded-fetch.js";
import type { Clock } from "../lib/clock.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import type { RegisteredClient, TrustTier } from "../store/records.js";
import type { RegistrationStore } from "../store/registration-store.js";
import { TRUST_TIERS } from "../trust/trust-options.js";
import { imageKind } from "./image-kind.js";
import { LogoCache, type Logo } from "./logo-cache.js";

/** Options of `logoProxy`. */
export interface LogoProxyOptions {
  /** What `createClientRegistration` returned. */
  readonly registration: Pick<ClientRegistration, "findClient" | "consentView">;
  /** The store of the registration. A client without a trusted record in it causes no request, also not for a metadata document. */
  readonly store: Pick<RegistrationStore, "findClient">;
  /** What `guardedFetchBytes` returned. Its `maxBytes` is the largest logo. */
  readonly guardedFetchBytes: GuardedFetchBytes;
  /** The path at which you serve the logos, with a slash at its end. Default: `/logos/`. */
  readonly path?: string;
  /** The lowest tier of a client whose logo is shown. Users trust a logo, and a stranger can copy one. Default: `domain_verified`. */
  readonly leastTier?: TrustTier;
  /** The largest width and height, in pixels. Default: 1,024. */
  readonly maxPixels?: number;
  /** The size of the cache, in bytes. One site may fill a quarter. Default: 8,388,608. */
  readonly maxCacheBytes?: number;
  /** The time in milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: Clock;
}

/** Serves the logos of clients that the operator trusts. */
export interface LogoProxy {
  /** The path of a client's logo, for the option `logo` of `consentPage`. `undefined` for a client whose logo is not shown. */
  pathFor(client: RegisteredClient, view: Pick<ConsentView, "tier">): string | undefined;
  /** Answers a `GET` request for such a path. 404 for everything else. */
  fetch(request: Request): Promise<Response>;
}

const TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const KEPT_SECONDS = 86_400;
/** A server that has no image now may have one soon. */
const KEPT_PROBLEM_SECONDS = 300;
const BROWSER_SECONDS = 3600;
/** The longest logo_uri, and the longest path. */
const MOST_CHARACTERS = 4000;

/**
 * Serves the `logo_uri` of clients from your own server. The consent page then loads nothing from the server of a client, which would
 * learn who opens the page, and could change the image. Serves PNG, JPEG, GIF and WebP images, which it recognizes by their bytes, and
 * never SVG. Shows the logo only of an active client of a trusted tier.
 *
 * @example
 * ```ts
 * import type { ClientRegistration } from "@oauth-dcr/core";
 * import { guardedFetchBytes, webConnection } from "@oauth-dcr/core/guarded-fetch";
 * import { logoProxy } from "@oauth-dcr/core/logo-proxy";
 * import type { RegistrationStore } from "@oauth-dcr/core/store";
 *
 * declare const registration: ClientRegistration;
 * declare const store: RegistrationStore; // the one that the registration has
 *
 * const logos = logoProxy({
 *   registration,
 *   store,
 *   guardedFetchBytes: guardedFetchBytes({ connection: webConnection(), maxBytes: 200_000 }),
 * });
 * const serveLogo = (request: Request): Promise<Response> => logos.fetch(request); // at /logos/
 * ```
 * @throws MisuseError for an invalid option
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 */
export function logoProxy(options: LogoProxyOptions): LogoProxy {
  requireLogoOptions(options);
  const { registration, store, guardedFetchBytes, path = "/logos/", leastTier = "domain_verified" } = options;
  const { maxPixels = 1024, maxCacheBytes = 8 * 1024 * 1024, clock = Date.now } = options;
  const cache = new LogoCache(maxCacheBytes, clock);
  const underWay = new Map<string, Promise<Logo | undefined>>();

  function isTrusted({ status }: RegisteredClient, tier: TrustTier): boolean {
    return status === "active" && TRUST_TIERS.indexOf(tier) >= TRUST_TIERS.indexOf(leastTier);
  }

  function logoUriOf(client: RegisteredClient, tier: TrustTier): string | undefined {
    const { logo_uri: uri } = client.metadata;
    if (!isTrusted(client, tier) || typeof uri !== "string") return undefined;
    return uri.length <= MOST_CHARACTERS && URL.canParse(uri) ? uri : undefined;
  }

  async function fetchLogo(uri: string): Promise<Logo | undefined> {
    const fetched = await guardedFetchBytes(uri, TYPES, true);
    // All slots are taken: nothing was learned of this logo.
    if (!fetched.ok && fetched.error.kind === "busy") return undefined;
    const logo = fetched.ok ? shownLogo(fetched.value.bytes, maxPixels) : undefined;
    cache.set(uri, logo, logo ? KEPT_SECONDS : KEPT_PROBLEM_SECONDS);
    return logo;
  }

  /** One request for each URL, however many ask. `guardedFetchBytes` bounds how many are under way. */
  function logoAt(uri: string): Promise<Logo | undefined> {
    const kept = cache.get(uri);
    if (kept) return Promise.resolve(kept.logo);
    const running = underWay.get(uri) ?? fetchLogo(uri).finally(() => underWay.delete(uri));
    underWay.set(uri, running);
    return running;
  }

  function tierOf(client: RegisteredClient): TrustTier | undefined {
    return registration.consentView(client, client.metadata.redirect_uris?.[0] ?? "")?.tier;
  }

  async function logoOf(clientId: string): Promise<Logo | undefined> {
    const record = await storedClient(clientId);
    const recordTier = record && tierOf(record);
    if (!recordTier || !isTrusted(record, recordTier)) return undefined;
    // The logo of a document's client is in the document. Only a trusted client's is fetched: anybody may ask for a logo.
    const found = await registration.findClient(clientId);
    if (!found.ok) return undefined;
    const tier = tierOf(found.value);
    const uri = tier && logoUriOf(found.value, tier);
    return uri === undefined ? undefined : logoAt(uri);
  }

  async function storedClient(clientId: string): Promise<RegisteredClient | undefined> {
    try {
      return await store.findClient(clientId);
    } catch {
      return undefined;
    }
  }

  return Object.freeze<LogoProxy>({
    pathFor: (client, { tier }) =>
      logoUriOf(client, tier) === undefined ? undefined : path + encodeURIComponent(client.clientId),

    async fetch({ method, url }) {
      const { pathname } = new URL(url);
      const isAsked = method === "GET" && pathname.startsWith(path) && pathname.length <= MOST_CHARACTERS;
      const clientId = isAsked ? decoded(pathname.slice(path.length)) : undefined;
      return logoResponse(clientId === undefined ? undefined : await logoOf(clientId));
    },
  });
}

function shownLogo(bytes: Uint8Array<ArrayBuffer>, maxPixels: number): Logo | undefined {
  const { type, width = 0, height = 0 } = imageKind(bytes) ?? {};
  const isShown = [width, height].every((side) => side >= 1 && side <= maxPixels);
  return type && isShown ? { type, bytes } : undefined;
}

/** An image, and nothing that a browser would run, whatever else its bytes may be. */
function logoResponse(logo: Logo | undefined): Response {
  return new Response(logo?.bytes ?? null, {
    status: logo ? 200 : 404,
    headers: {
      ...(logo && { "content-type": logo.type, "content-disposition": "inline" }),
      "cache-control": logo ? `private, max-age=${BROWSER_SECONDS}` : "no-store",
      "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
      "cross-origin-resource-policy": "same-origin",
      "x-content-type-options": "nosniff",
    },
  });
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function requireLogoOptions(options: LogoProxyOptions): void {
  requireKnownOptions("logoProxy", options, [
    ...(["registration", "store", "guardedFetchBytes", "path", "leastTier"] as const),
    ...(["maxPixels", "maxCacheBytes", "clock"] as const),
  ] satisfies (keyof LogoProxyOptions)[]);
  const { registration, store, guardedFetchBytes, path = "/logos/", leastTier = "domain_verified" } = options;
  const { maxPixels = 1024, maxCacheBytes = 1, clock = Date.now } = options;
  requireThat(
    typeof (registration as Partial<typeof registration> | undefined)?.findClient === "function",
    CODE,
    "logoProxy: registration must be what createClientRegistration() returned",
  );
  requireThat(
    typeof (store as Partial<typeof store> | undefined)?.findClient === "function",
    CODE,
    "logoProxy: store must be the store of the registration",
  );
  requireThat(
    isGuardedFetch(guardedFetchBytes),
    CODE,
    "logoProxy: guardedFetchBytes must be what guardedFetchBytes() returned",
  );
  requireThat(
    typeof path === "string" && /^\/(?:[\w.~-]+\/)+$/.test(path),
    CODE,
    "logoProxy: path must be a path with a slash at both ends, such as /logos/",
  );
  requireThat(
    TRUST_TIERS.includes(leastTier),
    CODE,
    `logoProxy: leastTier must be one of ${TRUST_TIERS.join(", ")}`,
  );
  requirePositiveInteger(maxPixels, CODE, "logoProxy: maxPixels");
  requirePositiveInteger(maxCacheBytes, CODE, "logoProxy: maxCacheBytes");
  requireThat(typeof clock === "function", CODE, "logoProxy: clock must be a function");
}

const CODE = "ERR_LOGO_PROXY";
