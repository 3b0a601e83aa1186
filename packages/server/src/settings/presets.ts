import {
  mcpPreset,
  openNativePreset,
  tokenGatedPreset,
  webConfidentialPreset,
  type AuthorizationServerMetadata,
} from "@oauth-dcr/core";
import { words } from "./setting-readers.js";
import { wrong } from "./setting-error.js";
import type { SettingSources } from "./setting-sources.js";
import { SETTINGS } from "./setting-table.js";

/** What `--preset` can be. */
const PRESETS = {
  mcp: mcpPreset,
  "web-confidential": webConfidentialPreset,
  "token-gated": tokenGatedPreset,
  "open-native": openNativePreset,
};

/** How clients can authenticate that this process registers. The others need more than their name: make that server in code. */
const METHODS: readonly string[] = [
  ...["none", "client_secret_basic", "client_secret_post", "private_key_jwt"],
  ...["tls_client_auth", "self_signed_tls_client_auth"],
];

/** What `private_key_jwt` may be signed with; core verifies all of them. */
const ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"];

/** What registered clients are judged by, beside the fixed rules. */
export interface PresetSettings {
  readonly preset: keyof typeof PRESETS;
  /** `undefined` for those of the preset. */
  readonly scopes: readonly string[] | undefined;
  /** `undefined` for those of the preset. */
  readonly authenticationMethods: readonly string[] | undefined;
}

/** @throws SettingError for a value that makes no sense */
export function presetSettings({ given, read }: SettingSources): PresetSettings {
  const preset = read("preset");
  if (!isPreset(preset)) throw wrong("preset", "must be mcp, web-confidential, token-gated or open-native");
  const scopes = given("scopes") ?? (preset === "open-native" ? undefined : SETTINGS.scopes.default);
  const methods = given("token-endpoint-auth-methods");
  return {
    preset,
    scopes: scopes === undefined ? undefined : scopeTokens(scopes),
    authenticationMethods: methods === undefined ? undefined : authenticationMethods(methods, preset),
  };
}

/** The options of the preset for a server, with what the operator says otherwise. */
export function presetOf(settings: PresetSettings, server: AuthorizationServerMetadata) {
  return PRESETS[settings.preset](presetArgument(settings, server));
}

/** What the preset is given for a server. */
export function presetArgument(
  { scopes, authenticationMethods: methods }: PresetSettings,
  server: AuthorizationServerMetadata,
): AuthorizationServerMetadata {
  return {
    ...server,
    ...(scopes && { scopes_supported: scopes }),
    ...(methods && { token_endpoint_auth_methods_supported: methods }),
    ...(methods?.includes("private_key_jwt") && {
      token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    }),
  };
}

/** The scopes of a server with these settings. */
export function scopesOf(settings: PresetSettings): readonly string[] {
  const { authorizationServer } = presetOf(settings, { issuer: "http://localhost" });
  return authorizationServer.scopes_supported ?? [];
}

function isPreset(text: string): text is keyof typeof PRESETS {
  return Object.hasOwn(PRESETS, text);
}

function scopeTokens(text: string): readonly string[] {
  const tokens = words(text);
  if (tokens.length > 0 && tokens.every((token) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(token))) return tokens;
  throw wrong("scopes", "must be one or more scope tokens, separated by spaces");
}

function authenticationMethods(text: string, preset: string): readonly string[] {
  const flag = "token-endpoint-auth-methods";
  const methods = [...new Set(words(text))];
  if (preset === "open-native")
    throw wrong(flag, "has no use with --preset open-native: its clients are public");
  if (preset === "web-confidential" && methods.includes("none")) {
    throw wrong(flag, "must not have none with --preset web-confidential, which has no public clients");
  }
  if (methods.length > 0 && methods.every((method) => METHODS.includes(method))) return methods;
  throw wrong(flag, `must be some of ${METHODS.join(", ")}, separated by spaces`);
}
