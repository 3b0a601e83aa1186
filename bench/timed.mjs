// How steps of one process are timed, and the registration server that they are timed on.
import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { memoryRateLimiter } from "@oauth-dcr/core/memory";

const ROUNDS = 9;

export const ISSUER = "https://as.example";
export const list = (count, entry) => Array.from({ length: count }, (_, i) => entry(i));
export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** All checks, an audit sink, and a rate limit that no caller reaches. */
export const registration = (store, options = {}) =>
  createClientRegistration({
    ...mcpPreset({ issuer: ISSUER, scopes_supported: ["tools:read"] }),
    idempotentRegistration: false,
    // What a preset bounds, as who measures registers more than a stranger may. A stateless store takes no bounds at all.
    ...{ lifecycle: undefined, quotas: undefined, maxBodyBytes: 65_536 },
    access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 1e9, windowSeconds: 1 }) }),
    audit: () => undefined,
    store,
    ...options,
  });

/** A body that no other number has. */
export const bodyOf = (n) =>
  JSON.stringify({
    client_name: `Client ${n}`,
    client_uri: `https://app${n}.example/`,
    redirect_uris: [`https://app${n}.example/callback`, "http://127.0.0.1:8123/callback"],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  });

/** The clients that `count` registrations leave. */
export const registered = (server, count) =>
  Promise.all(
    list(count, async (i) => (await server.registerClient(JSON.parse(bodyOf(1e6 + i)))).value.client),
  );

/**
 * Microseconds a call of each step: medians of rounds in which the steps take turns. `make` builds a call's input before
 * the clock starts. The first round warms up and does not count.
 */
export async function timed(calls, steps) {
  const times = Object.fromEntries(Object.keys(steps).map((name) => [name, []]));
  let input = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, { make, run }] of Object.entries(steps)) {
      const inputs = list(calls, () => make?.((input += 1)));
      const start = performance.now();
      for (const value of inputs) {
        const answer = run(value);
        if (answer instanceof Promise) await answer;
      }
      if (round > 0) times[name].push(((performance.now() - start) / calls) * 1000);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}
