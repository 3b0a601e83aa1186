import type { RegisteredClient } from "./registration-store.js";

/** Whether a client's time has run out. A sweep deletes it then, unless it is in use. */
export function hasExpired({ expiresAt }: Pick<RegisteredClient, "expiresAt">, nowSeconds: number): boolean {
  return expiresAt !== undefined && expiresAt <= nowSeconds;
}

/** Whether a client may do what it was registered for, as far as its status says. */
export function isEnabled({ status }: Pick<RegisteredClient, "status">): boolean {
  return status === "pending" || status === "active";
}
