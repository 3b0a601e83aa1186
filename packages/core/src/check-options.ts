import { MEMBER_KINDS } from "./client-metadata/members.js";
import { MisuseError } from "./misuse.js";
import type { ClientRegistrationOptions } from "./options.js";

/** The options as a caller without types may have written them. */
type Given = { readonly [Option in keyof ClientRegistrationOptions]?: unknown };

const hasMethods = (value: unknown, ...names: string[]): boolean =>
  typeof value === "object" &&
  value !== null &&
  names.every((name) => typeof (value as Record<string, unknown>)[name] === "function");
const isOneOf = (value: unknown, ...choices: unknown[]): boolean =>
  value === undefined || choices.includes(value);
const isFunctionOrAbsent = (value: unknown): boolean => value === undefined || typeof value === "function";

/** For each option what it must be, and whether it is. */
const CHECKS: readonly (readonly [option: keyof Given, mustBe: string, holds: (given: Given) => boolean])[] =
  [
    ["authorizationServer", "must be a discovery document", (o) => hasMethods(o.authorizationServer)],
    [
      "redirectUris",
      "must be a policy, such as redirectUriPolicy()",
      (o) => hasMethods(o.redirectUris, "parse", "admits"),
    ],
    [
      "access",
      "must say who may register, such as openRegistration({ rateLimiter })",
      (o) => hasMethods(o.access, "admit"),
    ],
    ["store", "must be a RegistrationStore", (o) => hasMethods(o.store, "createClient", "findClient")],
    ["audit", "must be a function that takes an audit event", (o) => typeof o.audit === "function"],
    [
      "unsupportedMetadata",
      "must be narrow or refuse",
      (o) => isOneOf(o.unsupportedMetadata, "narrow", "refuse"),
    ],
    [
      "wrongApplicationType",
      "must be correct or refuse",
      (o) => isOneOf(o.wrongApplicationType, "correct", "refuse"),
    ],
    [
      "extensionMembers",
      "must be a list of members with a name and a known kind",
      (o) => areMembers(o.extensionMembers ?? []),
    ],
    ["maxBodyBytes", "must be a positive integer", (o) => isPositiveInteger(o.maxBodyBytes ?? 1)],
    [
      "corsOrigins",
      'must be "*" or a list of origins such as https://app.example',
      (o) => areOrigins(o.corsOrigins ?? "*"),
    ],
    ["onError", "must be a function", (o) => isFunctionOrAbsent(o.onError)],
    ["randomBytes", "must be a function", (o) => isFunctionOrAbsent(o.randomBytes)],
    ["clock", "must be a function that answers milliseconds", (o) => isClock(o.clock ?? (() => 0))],
  ];

/** @throws MisuseError for the first option that is missing or makes no sense */
export function checkOptions(options: ClientRegistrationOptions): void {
  for (const [option, mustBe, holds] of CHECKS) {
    const code = option === "access" ? "ERR_ACCESS_REQUIRED" : "ERR_OPTION";
    if (!holds(options)) throw new MisuseError(code, `${option}: ${mustBe}`);
  }
}

function areMembers(value: unknown): boolean {
  const isMember = (member: { name?: unknown; kind?: unknown } | null): boolean =>
    typeof member?.name === "string" && MEMBER_KINDS.includes(member.kind as never);
  return Array.isArray(value) && value.every(isMember);
}

function isPositiveInteger(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) > 0;
}

function areOrigins(value: unknown): boolean {
  return value === "*" || (Array.isArray(value) && value.every(isOrigin));
}

function isOrigin(origin: unknown): boolean {
  try {
    return new URL(String(origin)).origin === origin;
  } catch {
    return false;
  }
}

function isClock(clock: unknown): boolean {
  return typeof clock === "function" && Number.isFinite((clock as () => unknown)());
}
