import { DANGEROUS_REDIRECT_URIS } from "../../src/checks/redirect-uris.js";
import type { Outcome } from "../../src/report.js";
import { REAL_CLIENTS } from "../../src/real-client-bodies.js";
import { changed, jsonOf, partsOf, type AnswerParts, type Server } from "./sound-server.js";

type Json = Record<string, unknown>;
/** What makes a flawed server of a sound one. */
type Flaw = (sound: Server) => Server;

const CALLBACK = "https://client.example/callback";
const isDiscovery = ({ url }: Request): boolean => url.includes("/.well-known/");
const isRegistration = ({ url, method }: Request): boolean => method === "POST" && url.endsWith("/register");
const isManaged =
  (...methods: string[]) =>
  ({ url, method }: Request): boolean =>
    /\/register\/./.test(url) && methods.includes(method);

/** Changes the answers to some requests. */
const answers =
  (matches: (request: Request) => boolean, change: (parts: AnswerParts) => void): Flaw =>
  (sound) =>
  async (request) => {
    const isMatch = matches(request);
    const answer = await sound(request);
    return isMatch ? changed(answer, change) : answer;
  };
const metadata = (change: (document: Json) => void): Flaw =>
  answers(isDiscovery, ({ json }) => json && change(json));
const registered = (change: (client: Json) => void): Flaw =>
  answers(isRegistration, ({ json, status }) => status === 201 && json && change(json));
const removes = (...names: string[]): Flaw =>
  registered((client) => names.forEach((name) => Reflect.deleteProperty(client, name)));

/**
 * Registers a harmless client in place of a body that should be refused, and says that the body was registered. The flaw of
 * most servers: they do not look.
 */
const admits =
  (
    matches: (body: Json, text: string) => boolean,
    echo: (body: Json, text: string) => Json = (body) => body,
  ): Flaw =>
  (sound) =>
  async (request) => {
    if (!isRegistration(request)) return sound(request);
    const text = await request.text();
    const body = jsonOf(text) ?? {};
    const isAdmitted = matches(body, text);
    const harmless = { redirect_uris: [CALLBACK], token_endpoint_auth_method: "none" };
    const headers = new Headers(request.headers);
    if (isAdmitted) headers.set("content-type", "application/json");
    const sent = isAdmitted ? JSON.stringify(harmless) : text;
    const answer = await sound(new Request(request.url, { method: "POST", headers, body: sent }));
    return isAdmitted ? changed(answer, ({ json }) => json && Object.assign(json, echo(body, text))) : answer;
  };
const refuses = (matches: (body: Json, text: string) => boolean): Flaw => answersWith(400, matches);
/** Answers some registrations with a status, and an error code. */
function answersWith(
  status: number,
  matches: (body: Json, text: string) => boolean,
  error = "invalid_client_metadata",
): Flaw {
  return (sound) => async (request) => {
    if (!isRegistration(request)) return sound(request);
    const text = await request.text();
    if (matches(jsonOf(text) ?? {}, text)) return Response.json({ error }, { status });
    return sound(new Request(request.url, { ...partsOf(request), body: text }));
  };
}
const uriOf = (body: Json): unknown =>
  Array.isArray(body["redirect_uris"]) ? body["redirect_uris"][0] : undefined;

/** For each check: a flaw that it finds, and how it then ends. */
export const FLAWS: Readonly<Record<string, readonly [Outcome, Flaw]>> = {
  "discovery.document": ["failed", answers(isDiscovery, (parts) => (parts.status = 404))],
  "discovery.oauth": [
    "warned",
    answers(
      ({ url }) => url.includes("/oauth-"),
      (parts) => (parts.status = 404),
    ),
  ],
  "discovery.openid-inserted": [
    "warned",
    answers(
      ({ url }) => url.endsWith("openid-configuration/tenant"),
      (parts) => (parts.status = 404),
    ),
  ],
  "discovery.openid-appended": [
    "warned",
    answers(
      ({ url }) => url.endsWith("tenant/.well-known/openid-configuration"),
      (parts) => (parts.status = 404),
    ),
  ],
  "discovery.content-type": [
    "failed",
    answers(isDiscovery, ({ headers }) => headers.set("content-type", "text/html")),
  ],
  "discovery.issuer": ["failed", metadata((document) => (document["issuer"] = "https://attacker.example"))],
  "discovery.consistent": [
    "failed",
    answers(
      ({ url }) => url.includes("openid"),
      ({ json }) => json && (json["token_endpoint"] = "https://as.example/other"),
    ),
  ],
  "discovery.registration-endpoint": [
    "failed",
    metadata((document) => delete document["registration_endpoint"]),
  ],
  "discovery.https": [
    "failed",
    metadata((document) => (document["token_endpoint"] = "http://as.example/token")),
  ],
  "discovery.members": [
    "failed",
    metadata((document) => (document["grant_types_supported"] = "authorization_code")),
  ],
  "discovery.pkce": ["warned", metadata((document) => delete document["code_challenge_methods_supported"])],
  "documents.advertised": [
    "failed",
    metadata((document) => (document["client_id_metadata_document_supported"] = "true")),
  ],
  "documents.methods": [
    "warned",
    metadata((document) => (document["token_endpoint_auth_methods_supported"] = ["client_secret_post"])),
  ],

  "registration.accepted": ["failed", answers(isRegistration, (parts) => (parts.status = 200))],
  "registration.defaults": ["warned", removes("grant_types")],
  "registration.unknown-members": [
    "failed",
    refuses((body) => body["conformance_check_unknown"] !== undefined),
  ],
  "registration.chosen-identity": ["failed", admits((body) => body["client_id"] !== undefined)],
  "registration.scope": ["warned", registered((client) => (client["scope"] = "mcp:tools admin"))],
  "registration.json": [
    "failed",
    answers(isRegistration, ({ headers }) => headers.set("content-type", "text/html")),
  ],
  "registration.client-id": ["failed", registered((client) => (client["client_id"] = 42))],
  "registration.echo": [
    "failed",
    registered((client) => (client["redirect_uris"] = ["https://other.example/"])),
  ],
  "registration.secret-expiry": ["failed", removes("client_secret_expires_at")],
  "registration.public-client": [
    "failed",
    registered((client) => (client["client_secret"] ??= crypto.randomUUID())),
  ],
  "registration.issued-at": ["failed", registered((client) => (client["client_id_issued_at"] = Date.now()))],
  "registration.matches-metadata": ["warned", registered((client) => (client["grant_types"] = ["implicit"]))],
  "registration.management-pair": ["failed", removes("registration_access_token")],

  "client-configuration.https": [
    "failed",
    registered((client) => (client["registration_client_uri"] = "http://as.example/tenant/register/one")),
  ],
  "client-configuration.read": ["failed", answers(isManaged("GET"), (parts) => (parts.status = 404))],
  "client-configuration.no-token": [
    "failed",
    withoutLooking("GET", (authorization) => authorization === null),
  ],
  "client-configuration.wrong-token": [
    "failed",
    withoutLooking("GET", (authorization) => authorization?.includes("wrong") === true),
  ],
  "client-configuration.other-client": ["failed", withoutLooking("GET", () => true)],
  "client-configuration.update": [
    "failed",
    answers(isManaged("PUT"), ({ json }) => json && (json["client_name"] = "Old")),
  ],
  "client-configuration.update-other-id": ["failed", withoutLooking("PUT", () => true)],
  "client-configuration.update-redirect-uri": ["failed", withoutLooking("PUT", () => true)],
  "client-configuration.update-secret": ["failed", withoutLooking("PUT", () => true)],
  "client-configuration.delete": ["failed", answers(isManaged("DELETE"), (parts) => (parts.status = 202))],
  "client-configuration.deleted": ["failed", answers(isManaged("GET"), (parts) => (parts.status = 200))],

  ...Object.fromEntries(
    DANGEROUS_REDIRECT_URIS.map(({ id, uri, accepted = "failed" }) => [
      `redirect-uris.${id}`,
      [accepted, admits((body) => uriOf(body) === uri)],
    ]),
  ),
  "redirect-uris.mixed": [
    "failed",
    admits((body) => Array.isArray(body["redirect_uris"]) && body["redirect_uris"].length === 2),
  ],
  "redirect-uris.error-code": [
    "warned",
    answers(isRegistration, ({ json }) => json?.["error"] && (json["error"] = "invalid_request")),
  ],

  "cors.discovery": [
    "warned",
    answers(isDiscovery, ({ headers }) => headers.delete("access-control-allow-origin")),
  ],
  "cors.preflight": [
    "warned",
    answers(
      ({ method }) => method === "OPTIONS",
      ({ headers }) => headers.delete("access-control-allow-headers"),
    ),
  ],
  "cors.answer": [
    "warned",
    answers(isRegistration, ({ headers }) => headers.delete("access-control-allow-origin")),
  ],
  "cors.credentials": [
    "failed",
    answers(isRegistration, ({ headers }) => {
      headers.set("access-control-allow-origin", "http://localhost:6274");
      headers.set("access-control-allow-credentials", "true");
    }),
  ],

  ...Object.fromEntries(
    REAL_CLIENTS.map(({ client, body }) => [
      `real-clients.${client
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/-$/, "")}`,
      [
        "warned",
        refuses((sent) => JSON.stringify(sent["redirect_uris"]) === JSON.stringify(body["redirect_uris"])),
      ],
    ]),
  ),

  "errors.malformed-json": ["failed", admits((_, text) => text === '{"redirect_uris": [')],
  "errors.array": [
    "failed",
    admits(
      (_, text) => text.startsWith("["),
      () => ({}),
    ),
  ],
  "errors.duplicate-member": ["warned", admits((_, text) => text.split('"redirect_uris":').length > 2)],
  "errors.no-redirect-uris": [
    "failed",
    admits((body) => body["grant_types"] !== undefined && body["redirect_uris"] === undefined),
  ],
  "errors.redirect-uris-string": ["failed", admits((body) => typeof body["redirect_uris"] === "string")],
  "errors.wrong-types": ["failed", admits((body) => typeof body["client_name"] === "object")],
  "errors.jwks-and-jwks-uri": ["failed", admits((body) => body["jwks"] !== undefined)],
  "errors.unsigned-statement": [
    "failed",
    admits(
      (body) => body["software_statement"] !== undefined,
      () => ({ client_name: "Vouched" }),
    ),
  ],
  "errors.shape": [
    "failed",
    answers(isRegistration, (parts) => parts.status === 400 && (parts.text = "Bad Request")),
  ],

  "limits.redirect-uris": [
    "warned",
    admits((body) => Array.isArray(body["redirect_uris"]) && body["redirect_uris"].length === 1_000),
  ],
  "limits.name": [
    "warned",
    admits((body) => typeof body["client_name"] === "string" && body["client_name"].length > 10_000),
  ],
  "limits.depth": ["failed", answersWith(500, (_, text) => text.includes("[[["))],
  "limits.body": ["warned", admits((_, text) => text.length > 1_000_000)],
  "limits.rate": ["warned", answers(isRegistration, ({ headers }) => headers.delete("ratelimit-policy"))],
  "limits.retry-after": [
    "warned",
    (sound) => async (request) =>
      request.method === "PUT" ? new Response("", { status: 429 }) : sound(request),
  ],

  "http.method-get": [
    "failed",
    answers(
      ({ method, url }) => method === "GET" && url.endsWith("/register"),
      (parts) => (parts.status = 200),
    ),
  ],
  "http.method-put": [
    "warned",
    answers(
      ({ method, url }) => method === "PUT" && url.endsWith("/register"),
      (parts) => (parts.status = 404),
    ),
  ],
  "http.type-text-plain": ["warned", typeIsIgnored("text/plain")],
  "http.type-form": ["warned", typeIsIgnored("application/x-www-form-urlencoded")],
  "http.no-server-error": [
    "failed",
    answersWith(500, (body) => Array.isArray(body["redirect_uris"]) && body["redirect_uris"][0] === 42),
  ],

  "secrets.strength": [
    "failed",
    registered((client) => client["client_secret"] && (client["client_secret"] = "short")),
  ],
  "secrets.client-id": ["warned", counted()],
  "secrets.registration-cache": [
    "warned",
    answers(isRegistration, ({ headers }) => headers.delete("cache-control")),
  ],
  "secrets.read-cache": [
    "failed",
    answers(isManaged("GET"), ({ headers }) => headers.set("cache-control", "private, max-age=60")),
  ],
  "secrets.in-errors": ["failed", tellsSecrets()],
  "secrets.in-urls": [
    "failed",
    registered(
      (client) =>
        (client["registration_client_uri"] =
          `${String(client["registration_client_uri"])}?token=${String(client["registration_access_token"])}`),
    ),
  ],
  "secrets.in-metadata": ["failed", metadata((document) => (document["initial_access_token"] = "one"))],
  "secrets.internals": [
    "warned",
    answers(
      isRegistration,
      ({ json, status }) =>
        status === 400 && json && (json["error_description"] = "Error at Object.<anonymous> (/srv/app.js:1)"),
    ),
  ],
};

/** A configuration endpoint that knows nothing of tokens and rules, for some requests: it answers with what was sent. */
function withoutLooking(wanted: string, matches: (authorization: string | null) => boolean): Flaw {
  return (sound) => async (request) => {
    const isMatch = isManaged(wanted)(request) && matches(request.headers.get("authorization"));
    if (!isMatch) return sound(request);
    const sent = wanted === "PUT" ? jsonOf(await request.text()) : {};
    return Response.json({ client_id: "one", ...sent });
  };
}

function typeIsIgnored(type: string): Flaw {
  return (sound) => async (request) => {
    if (request.headers.get("content-type") !== type) return sound(request);
    const text = await request.text();
    const body = jsonOf(text) ? text : JSON.stringify({ redirect_uris: [CALLBACK] });
    const headers = { "content-type": "application/json" };
    return sound(new Request(request.url, { method: "POST", headers, body }));
  };
}

function counted(): Flaw {
  let count = 0;
  return registered((client) => (client["client_id"] = `client-${(count += 1)}`));
}

function tellsSecrets(): Flaw {
  let secret: unknown;
  return answers(isRegistration, ({ json, status }) => {
    secret ??= json?.["client_secret"];
    if (status === 400 && json) json["error_description"] = `the last client was ${String(secret)}`;
  });
}
