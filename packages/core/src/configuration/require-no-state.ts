import { requireThat } from "../lib/misuse.js";
import type { ClientRegistrationOptions } from "./options.js";
import { PRESET_LIMITS } from "./preset-limits.js";
import type { StatelessStore } from "../stateless-registration/stateless-store.js";
import type { RegistrationStore } from "../store/registration-store.js";

/** What a server remembers of clients, and so cannot do where it remembers none. */
const STATEFUL = [
  ...(["clientManagement", "federation", "lifecycle", "quotas", "clientSecretTtlSeconds"] as const),
  "trust",
] as const;

/** What a preset brings unasked, and a server that keeps no client has no use for. */
const OF_PRESETS: readonly unknown[] = [PRESET_LIMITS.lifecycle, PRESET_LIMITS.quotas];

/** @throws MisuseError for another issuer than the store's, and for an option that needs a record that can change */
export function requireNoState(
  options: ClientRegistrationOptions,
  store: StatelessStore,
  issuer: string,
): void {
  requireThat(
    store.issuer === issuer,
    "ERR_OPTION",
    "store: the issuer of statelessStore must be authorizationServer.issuer",
  );
  requireThat(
    options.access !== undefined,
    "ERR_OPTION",
    "access: must be given with statelessStore, which keeps no initial access tokens: nobody could register",
  );
  for (const option of STATEFUL) {
    requireThat(
      options[option] === undefined || OF_PRESETS.includes(options[option]),
      "ERR_OPTION",
      `${option}: cannot be had with statelessStore, which keeps no client`,
    );
  }
}

export function isStateless(store: RegistrationStore): store is StatelessStore {
  return "identify" in store;
}
