import { MEMBER_TABLE, type MetadataMember, type RegisteredMember } from "./member-table.js";
import type { Rule } from "./rules.js";

type Row = (typeof MEMBER_TABLE)[keyof typeof MEMBER_TABLE];

/** A list that a discovery document may have, and by which registrations are then judged. */
export type SupportedList = Extract<Row, { readonly supported: string }>["supported"];

const ROWS = Object.entries(MEMBER_TABLE) as readonly (readonly [
  name: string,
  row: RegisteredMember & { readonly supported?: SupportedList },
])[];

/** Members with a value that client and server may both list, in the order in which they are settled. */
export const CHOICES = ROWS.flatMap(([member, { choose, supported: list, alg }]) =>
  choose && list ? [{ member, choose, list, alg }] : [],
);

/** Members that name an algorithm. */
export const ALGORITHM_MEMBERS: ReadonlyMap<string, (typeof ROWS)[number][1]> = new Map(
  ROWS.filter(([, { algorithm }]) => algorithm),
);

/** The pairs of `alg` and `enc` of each thing that can be encrypted. */
export const ENCRYPTION_MEMBERS: readonly (readonly [alg: string, enc: string])[] = ROWS.flatMap(
  ([enc, { alg }]) => (alg === undefined ? [] : [[alg, enc] as const]),
);

export const SUPPORTED_LISTS: readonly SupportedList[] = ROWS.flatMap(([, { supported }]) => supported ?? []);

/**
 * The registered members, and the lists in which a client says what it supports: the server picks one value, and answers
 * the member with one value.
 *
 * @see OpenID Connect RP Metadata Choices section 2 https://openid.net/specs/openid-connect-rp-metadata-choices-1_0.html
 */
export const REGISTERED_MEMBERS: readonly MetadataMember[] = [
  ...ROWS.map(([name, { kind, localisable }]) => ({ name, kind, ...(localisable && { localisable }) })),
  ...CHOICES.filter(({ choose }) => choose !== "by_server_alone").map(({ list }) => ({
    name: list,
    kind: "token_list" as const,
    inputOnly: true,
  })),
];

/** The members whose URIs a browser is sent to. */
export const REDIRECT_MEMBERS: readonly string[] = REGISTERED_MEMBERS.filter(
  ({ kind }) => kind === "redirect_uri_list",
).map(({ name }) => name);

/** Members that a client may send and that this server does not take from it, each with the rule that says so. */
export const RESERVED_MEMBERS: ReadonlyMap<string, Rule> = new Map([
  ["client_id", "metadata.server_assigned"],
  ["client_secret", "metadata.server_assigned"],
  ["client_id_issued_at", "metadata.server_assigned"],
  ["client_secret_expires_at", "metadata.server_assigned"],
  ["registration_access_token", "metadata.server_assigned"],
  ["registration_client_uri", "metadata.server_assigned"],
  ["software_statement", "software_statement.unsupported"],
]);
