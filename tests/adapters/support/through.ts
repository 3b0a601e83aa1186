import { httpContract, type HttpContractOptions, type HttpTarget } from "@oauth-dcr/contract-tests";
import type { ClientRegistration } from "@oauth-dcr/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KNOWN_REGISTRATIONS } from "./known-registrations.js";
import { LIMIT, openServer } from "./open-server.js";

/** Runs the one list of HTTP cases through one way of serving a registration. */
export function through(
  name: string,
  serve: (registration: ClientRegistration) => HttpTarget | Promise<HttpTarget>,
  options: Partial<HttpContractOptions> = {},
): void {
  httpContract(
    { describe, it, expect, beforeAll, afterAll },
    {
      name,
      createFetch: () => serve(openServer()),
      limited: { limit: LIMIT, createFetch: () => serve(openServer({ limit: LIMIT })) },
      registrations: KNOWN_REGISTRATIONS,
      ...options,
    },
  );
}
