import type { RegistrationStore } from "@oauth-dcr/core";

/** A registration store that answers later, each call with a promise. */
export type PromisedStore = {
  readonly [Method in keyof RegistrationStore]: (
    ...args: Parameters<RegistrationStore[Method]>
  ) => Promise<Awaited<ReturnType<RegistrationStore[Method]>>>;
};
