import { resultOf, type Check } from "./check.js";
import { BAD_BODY_CHECKS } from "./checks/bad-bodies.js";
import { CLIENT_CONFIGURATION_CHECKS } from "./checks/client-configuration.js";
import { CORS_CHECKS } from "./checks/cors.js";
import { DISCOVERY_CHECKS } from "./checks/discovery.js";
import { DOCUMENT_CHECKS } from "./checks/documents.js";
import { HTTP_MANNERS_CHECKS } from "./checks/http-manners.js";
import { LIMIT_CHECKS } from "./checks/limits.js";
import { REAL_CLIENT_CHECKS } from "./checks/real-clients.js";
import { REDIRECT_URI_CHECKS } from "./checks/redirect-uris.js";
import { REGISTRATION_ANSWER_CHECKS } from "./checks/registration-answer.js";
import { REGISTRATION_CHECKS } from "./checks/registration.js";
import { SECRET_CHECKS } from "./checks/secrets.js";
import { politeClient } from "./http/polite-client.js";
import { readOptions, type ConformanceOptions, type Settings } from "./options.js";
import type { CheckResult, ConformanceReport, Outcome } from "./report.js";
import { registeredClients } from "./target/registered-clients.js";
import { target } from "./target/target.js";

/**
 * In the order in which they run. A server with a rate limit may end them early, so that what matters most comes first;
 * the last ones look at all answers so far.
 */
export const CHECKS: readonly Check[] = [
  ...DISCOVERY_CHECKS,
  ...DOCUMENT_CHECKS,
  ...REGISTRATION_CHECKS,
  ...REGISTRATION_ANSWER_CHECKS,
  ...CLIENT_CONFIGURATION_CHECKS,
  ...REDIRECT_URI_CHECKS,
  ...CORS_CHECKS,
  ...REAL_CLIENT_CHECKS,
  ...BAD_BODY_CHECKS,
  ...LIMIT_CHECKS,
  ...HTTP_MANNERS_CHECKS,
  ...SECRET_CHECKS,
];

/**
 * Checks an OAuth 2.0 authorization server over HTTP: discovery, registration, redirect URIs, client configuration
 * endpoint, HTTP, CORS, limits, and what real clients send. Yields each result as soon as it is known, and returns the
 * report.
 *
 * It sends one request after the other, 200 at most. It follows no redirect, and sends requests only to the origin of the
 * issuer. It deletes the clients that it registered, also if you end the loop early; `leftBehind` lists those that it could
 * not delete. Check only servers that you may test.
 *
 * @example
 * ```ts
 * import { checkAuthorizationServer } from "@oauth-dcr/conformance";
 *
 * for await (const { id, outcome, observed } of checkAuthorizationServer("https://as.example")) {
 *   console.log(outcome, id, observed);
 * }
 * ```
 * @param url the issuer of the server
 * @throws ConformanceOptionError at once, for an invalid URL or option
 * @see RFC 7591 https://www.rfc-editor.org/rfc/rfc7591
 */
export function checkAuthorizationServer(
  url: string,
  options: ConformanceOptions = {},
): AsyncGenerator<CheckResult, ConformanceReport, undefined> {
  return checked(readOptions(url, options));
}

/**
 * Like `checkAuthorizationServer`, but returns only the report. It rejects only for an invalid URL or option: a server that
 * does not answer is a finding.
 *
 * @example
 * ```ts
 * import { conformance } from "@oauth-dcr/conformance";
 *
 * const { counts, results } = await conformance("https://as.example");
 * if (counts.failed > 0) console.log(results.filter(({ outcome }) => outcome === "failed"));
 * ```
 * @param url the issuer of the server
 * @throws ConformanceOptionError for an invalid URL or option
 * @see RFC 7591 https://www.rfc-editor.org/rfc/rfc7591
 */
export async function conformance(url: string, options: ConformanceOptions = {}): Promise<ConformanceReport> {
  const checks = checkAuthorizationServer(url, options);
  for (;;) {
    const { done, value } = await checks.next();
    if (done) return value;
  }
}

async function* checked(settings: Settings): AsyncGenerator<CheckResult, ConformanceReport, undefined> {
  const startedAt = new Date().toISOString();
  const client = politeClient(settings);
  const clients = registeredClients(client);
  const shared = target(settings, client, clients);
  const results: CheckResult[] = [];
  try {
    for (const check of CHECKS) {
      const result = await resultOf(check, shared);
      results.push(result);
      yield result;
    }
  } finally {
    await clients.removeAll();
  }
  const counts: Record<Outcome, number> = { passed: 0, failed: 0, warned: 0, skipped: 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  const stopped = client.stopped();
  return {
    url: settings.url,
    startedAt,
    results,
    counts,
    requestCount: client.count(),
    leftBehind: clients.leftBehind(),
    ...(stopped !== undefined && { stopped }),
  };
}
