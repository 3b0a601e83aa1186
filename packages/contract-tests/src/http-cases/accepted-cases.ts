import {
  bodyOfLength,
  CONFIDENTIAL_CLIENT,
  MAX_BODY_BYTES,
  PUBLIC_CLIENT,
  streamOfLength,
  type HttpCase,
} from "./http-case.js";

/** Registrations that are made, and what the client is told. */
export const ACCEPTED_CASES: readonly HttpCase[] = [
  {
    name: "a public client gets an identifier and no secret",
    body: () => JSON.stringify(PUBLIC_CLIENT),
    answer: {
      status: 201,
      body: {
        ...PUBLIC_CLIENT,
        client_id: /^[\x21-\x7e]{16,}$/,
        grant_types: ["authorization_code"],
        response_types: ["code"],
        client_secret: undefined,
        client_secret_expires_at: undefined,
      },
    },
  },
  {
    name: "a confidential client gets a secret that does not expire",
    body: () => JSON.stringify(CONFIDENTIAL_CLIENT),
    answer: {
      status: 201,
      body: { ...CONFIDENTIAL_CLIENT, client_secret: /^[\x21-\x7e]{32,}$/, client_secret_expires_at: 0 },
    },
  },
  {
    name: "a client that names no authentication method is confidential",
    body: () => JSON.stringify({ redirect_uris: PUBLIC_CLIENT.redirect_uris }),
    answer: {
      status: 201,
      body: { token_endpoint_auth_method: "client_secret_basic", client_secret_expires_at: 0 },
    },
  },
  {
    name: "a charset after the media type is harmless",
    headers: { "content-type": "application/json; charset=utf-8" },
    body: () => JSON.stringify(PUBLIC_CLIENT),
    answer: { status: 201 },
  },
  {
    name: "the media type is compared without regard to case",
    headers: { "content-type": "Application/JSON" },
    body: () => JSON.stringify(PUBLIC_CLIENT),
    answer: { status: 201 },
  },
  {
    name: "a body that says Content-Encoding: identity has none",
    headers: { "content-type": "application/json", "content-encoding": "Identity" },
    body: () => JSON.stringify(PUBLIC_CLIENT),
    answer: { status: 201 },
  },
  {
    name: "names in any script come back as they were sent",
    body: () =>
      JSON.stringify({ ...PUBLIC_CLIENT, client_name: "Kunde 🦊", "client_name#ja": "クライアント" }),
    answer: { status: 201, body: { client_name: "Kunde 🦊", "client_name#ja": "クライアント" } },
  },
  {
    name: "null, an empty string and an empty list mean omitted",
    body: () =>
      JSON.stringify({ ...PUBLIC_CLIENT, logo_uri: null, client_uri: "", contacts: [], client_name: "" }),
    answer: {
      status: 201,
      body: { logo_uri: undefined, client_uri: undefined, contacts: undefined, client_name: undefined },
    },
  },
  {
    name: "unknown members are ignored",
    body: () => JSON.stringify({ ...PUBLIC_CLIENT, favourite_colour: "green", toString: "x" }),
    answer: {
      status: 201,
      body: { favourite_colour: undefined, redirect_uris: PUBLIC_CLIENT.redirect_uris },
    },
  },
  {
    name: "what the server assigns is not the client's to say",
    body: () =>
      JSON.stringify({
        ...PUBLIC_CLIENT,
        client_id: "mine",
        client_secret: "mine",
        client_secret_expires_at: 1,
        client_id_issued_at: 1,
      }),
    answer: {
      status: 201,
      body: {
        client_id: /^(?!mine$)/,
        client_id_issued_at: /^\d{10}$/,
        client_secret: undefined,
        client_secret_expires_at: undefined,
      },
    },
  },
  {
    name: "members with the names of a prototype change nothing",
    body: () =>
      `{"__proto__":{"client_name":"p"},"constructor":{"prototype":{"client_name":"c"}},"hasOwnProperty":1,${JSON.stringify(PUBLIC_CLIENT).slice(1)}`,
    answer: { status: 201, body: { client_name: undefined } },
  },
  {
    name: "a body of exactly the largest size is read",
    body: () => bodyOfLength(MAX_BODY_BYTES),
    answer: { status: 201 },
  },
  {
    name: "a body in pieces, without a length, is read",
    body: () => streamOfLength(MAX_BODY_BYTES),
    answer: { status: 201 },
  },
];
