import { httpContract } from "@oauth-dcr/contract-tests";
import type { ClientRegistration } from "@oauth-dcr/core";
import { KNOWN_REGISTRATIONS } from "../adapters/support/known-registrations.js";
import { LIMIT, openServer } from "../adapters/support/open-server.js";
import { caseList, type CaseResult } from "./case-list.js";
import { auditCases } from "./cases/audit-cases.js";
import { authenticationCases } from "./cases/authentication-cases.js";
import { documentCases } from "./cases/document-cases.js";
import { guardedFetchCases } from "./cases/guarded-fetch-cases.js";
import { secretCases } from "./cases/secret-cases.js";
import { tokenCases } from "./cases/token-cases.js";

/**
 * The one case list of all runtimes: the HTTP contract through `fetch` of the server itself, and what else of core and its
 * entries leans on the platform. Nothing but Web standards may be used here.
 */
const CASES = caseList((runner) => {
  httpContract(runner, {
    name: "the registration itself",
    createFetch: () => inMemory(openServer()),
    limited: { limit: LIMIT, createFetch: () => inMemory(openServer({ limit: LIMIT })) },
    registrations: KNOWN_REGISTRATIONS,
  });
  for (const cases of [
    secretCases,
    auditCases,
    authenticationCases,
    guardedFetchCases,
    documentCases,
    tokenCases,
  ]) {
    cases(runner);
  }
});

export const CASE_NAMES: readonly string[] = CASES.names;

export const runCases = (): Promise<CaseResult[]> => CASES.run();

function inMemory(registration: ClientRegistration) {
  return {
    fetch: (path: string, init: RequestInit) =>
      registration.fetch(new Request(`https://as.example${path}`, init), { clientAddress: "192.0.2.1" }),
  };
}
