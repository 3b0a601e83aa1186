import {
  bodyOfLength,
  MAX_BODY_BYTES,
  PUBLIC_CLIENT,
  endlessStreamOfLength,
  type HttpAnswer,
  type HttpCase,
} from "./http-case.js";

const INVALID_METADATA: HttpAnswer = { status: 400, body: { error: "invalid_client_metadata" } };
const TOO_LARGE: HttpAnswer = { status: 413, body: { error: "invalid_request" } };

function unsupportedType(name: string, headers: Readonly<Record<string, string>>): HttpCase {
  return {
    name,
    headers,
    // Bytes, since a string would get a media type from the client.
    body: () => new TextEncoder().encode(JSON.stringify(PUBLIC_CLIENT)),
    answer: { status: 415, headers: { "accept-encoding": null }, body: { error: "invalid_request" } },
  };
}

function badBody(name: string, body: string | Uint8Array<ArrayBuffer>): HttpCase {
  return { name, body: () => body, bodyMustBe: "unparsed", answer: INVALID_METADATA };
}

/** Registrations that are refused, and why. */
export const REFUSED_CASES: readonly HttpCase[] = [
  unsupportedType("a body without a media type", {}),
  unsupportedType("a form", { "content-type": "application/x-www-form-urlencoded" }),
  unsupportedType("plain text, which a page may send without a preflight", { "content-type": "text/plain" }),
  unsupportedType("a type that only begins like JSON", { "content-type": "application/json-seq" }),
  unsupportedType("JSON named behind another type", { "content-type": "text/plain; application/json" }),

  ...["gzip", "GZIP", "deflate, gzip", "br", "identity, gzip"].map((coding): HttpCase => ({
    name: `a JSON body that says Content-Encoding: ${coding}`,
    headers: { "content-type": "application/json", "content-encoding": coding },
    body: () => JSON.stringify(PUBLIC_CLIENT),
    // A parser decodes it, or answers itself.
    bodyMustBe: "unread",
    answer: {
      status: 415,
      headers: { "accept-encoding": "identity" },
      body: { error: "invalid_request", error_description: /Content-Encoding/ },
    },
  })),

  badBody("an empty body", ""),
  badBody("half a JSON object", JSON.stringify(PUBLIC_CLIENT).slice(0, -1)),
  badBody("two JSON objects", "{}{}"),
  badBody(
    "bytes that are not UTF-8",
    Uint8Array.of(...new TextEncoder().encode('{"client_name":"'), 0xff, 0x22, 0x7d),
  ),
  badBody("a list", JSON.stringify([PUBLIC_CLIENT])),
  badBody("a string", JSON.stringify("client")),
  badBody("a number", "7"),
  badBody("null", "null"),

  {
    name: "an object without redirect URIs",
    body: () => "{}",
    answer: { status: 400, body: { error: "invalid_redirect_uri", error_description: /redirect_uris/ } },
  },
  {
    name: "a redirect URI that breaks a rule: its place and the rule, and nothing of what was sent",
    body: () =>
      JSON.stringify({ redirect_uris: ["https://app.example/callback", "https://app.example/#ǅungla"] }),
    answer: {
      status: 400,
      body: {
        error: "invalid_redirect_uri",
        error_description: /^redirect_uris\[1\] must .+ \((uri|redirect_uri)\.[a-z_]+\)$/,
      },
      withholds: "ungla",
    },
  },
  {
    name: "a javascript: redirect URI",
    body: () => JSON.stringify({ redirect_uris: ["javascript:alert(document.domain)"] }),
    answer: {
      status: 400,
      body: { error: "invalid_redirect_uri", error_description: /^redirect_uris\[0\] / },
      withholds: "alert",
    },
  },
  {
    name: "a member of the wrong type",
    body: () => JSON.stringify({ ...PUBLIC_CLIENT, client_name: { quote: '"\\' } }),
    answer: {
      status: 400,
      body: { error: "invalid_client_metadata", error_description: /^client_name .+ \(metadata\.type\)$/ },
      withholds: "quote",
    },
  },

  {
    name: "a body one byte too long",
    body: () => bodyOfLength(MAX_BODY_BYTES + 1),
    bodyMustBe: "unparsed",
    answer: TOO_LARGE,
  },
  {
    name: "a body that says no length and grows too long",
    body: () => endlessStreamOfLength(MAX_BODY_BYTES + 1),
    bodyMustBe: "unread",
    answer: TOO_LARGE,
  },
];
