import {
  createClientRegistration,
  mcpPreset,
  openRegistration,
  protectedRegistration,
} from "@oauth-dcr/core";
import { memoryRateLimiter, memoryStore } from "@oauth-dcr/core/memory";

/** A server in this process. */
export type Server = (request: Request) => Promise<Response>;

export const ISSUER = "https://as.example/tenant";
const LIMITS = { "ratelimit-policy": '"registrations";q=1000;w=60' };

/** A server that passes every check: our own, with OpenID metadata, rate limit headers and a stricter reading of JSON. */
export async function soundServer({ isProtected = false } = {}): Promise<{ server: Server; token?: string }> {
  const registration = createClientRegistration({
    ...mcpPreset({
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/authorize`,
      token_endpoint: `${ISSUER}/token`,
      code_challenge_methods_supported: ["S256"],
      scopes_supported: ["mcp:tools", "other"],
      client_id_metadata_document_supported: true,
    }),
    idempotentRegistration: false,
    access: isProtected
      ? protectedRegistration()
      : openRegistration({ rateLimiter: memoryRateLimiter({ limit: 1_000, windowSeconds: 60 }) }),
    store: memoryStore(),
    audit: () => undefined,
    clientManagement: { revokeTokens: () => undefined },
  });
  const server: Server = async (request) => {
    const { origin, pathname } = new URL(request.url);
    const isOpenId = pathname.includes("/openid-configuration");
    if (isOpenId) {
      return registration.fetch(
        new Request(`${origin}/.well-known/oauth-authorization-server/tenant`, request),
      );
    }
    if (request.method !== "POST") return registration.fetch(request);
    const text = await request.text();
    const isTwice = text.split('"redirect_uris":').length > 2;
    const isLookalike = text.includes("https://localhost.attacker.example");
    const body = isTwice ? "{" : isLookalike ? '{"redirect_uris":["/"]}' : text;
    const answer = await registration.fetch(new Request(request.url, { ...partsOf(request), body }));
    return changed(answer, (parts) =>
      Object.entries(LIMITS).forEach(([name, value]) => parts.headers.set(name, value)),
    );
  };
  if (!isProtected) return { server };
  const { token } = await registration.initialAccessTokens.issue({ uses: 1_000 });
  return { server, token };
}

export function partsOf({ method, headers }: Request): { method: string; headers: Headers } {
  return { method, headers };
}

export interface AnswerParts {
  status: number;
  readonly headers: Headers;
  /** The JSON of the body; `undefined` when it is none. */
  json: Record<string, unknown> | undefined;
  text: string;
}

/** The answer, after `change` has changed its parts. */
export async function changed(answer: Response, change: (parts: AnswerParts) => void): Promise<Response> {
  const text = await answer.text();
  const before = jsonOf(text);
  const parts: AnswerParts = {
    status: answer.status,
    headers: new Headers(answer.headers),
    json: before,
    text,
  };
  change(parts);
  const body = parts.json === undefined || parts.text !== text ? parts.text : JSON.stringify(parts.json);
  return new Response([204, 304].includes(parts.status) || body === "" ? null : body, parts);
}

export function jsonOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
