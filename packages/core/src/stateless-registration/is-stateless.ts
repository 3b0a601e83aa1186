import type { RegistrationStore } from "../store/registration-store.js";
import type { StatelessStore } from "./stateless-store.js";

export function isStateless(store: RegistrationStore): store is StatelessStore {
  return "identify" in store;
}
