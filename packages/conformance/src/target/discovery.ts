import { isObject, objectIn, type Answer } from "../http/answer.js";
import type { PoliteClient } from "../http/polite-client.js";

/** The well-known URLs at which clients look for the metadata. */
export type WellKnownForm = "oauth" | "openid-inserted" | "openid-appended";

/** What one well-known URL answered. */
export interface DiscoveryAnswer {
  readonly form: WellKnownForm;
  readonly url: string;
  readonly answer: Answer;
}

/** What all well-known URLs answered. */
export interface Discovery {
  readonly all: readonly DiscoveryAnswer[];
  /** Those with a document. */
  readonly found: readonly DiscoveryAnswer[];
  /** The members of the first document; empty without one. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A browser client's origin: MCP Inspector by default runs here. */
export const PAGE_ORIGIN = "http://localhost:6274";

/**
 * The well-known URLs of an issuer.
 * @see RFC 8414 section 3.1, and OpenID Connect Discovery 1.0 section 4
 */
export function wellKnownUrls(issuer: string): ReadonlyMap<WellKnownForm, string> {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  const urls = new Map<WellKnownForm, string>([
    ["oauth", `${origin}/.well-known/oauth-authorization-server${path}`],
    ["openid-appended", `${origin}${path}/.well-known/openid-configuration`],
  ]);
  if (path !== "") urls.set("openid-inserted", `${origin}/.well-known/openid-configuration${path}`);
  return urls;
}

export async function discover(client: PoliteClient, issuer: string): Promise<Discovery> {
  const all: DiscoveryAnswer[] = [];
  for (const [form, url] of wellKnownUrls(issuer)) {
    const what = `of ${new URL(url).pathname}`;
    const answer = await client.send({ what, method: "GET", url, headers: { origin: PAGE_ORIGIN } });
    all.push({ form, url, answer });
  }
  const found = all.filter(({ answer }) => answer.status === 200 && isObject(answer.json));
  const [first] = found;
  return { all, found, metadata: first ? objectIn(first.answer) : {} };
}
