import { requireThat } from "./misuse.js";

/**
 * Refuses options that a factory does not know. A misspelt option would be ignored otherwise, and the guard that it was
 * to switch on would be off.
 *
 * @example
 * ```ts
 * import { requireKnownOptions } from "@oauth-dcr/core";
 *
 * function myRateLimiter(options: { readonly limit: number }) {
 *   requireKnownOptions("myRateLimiter", options, ["limit"]);
 * }
 * ```
 * @param factory what the programmer called, such as `openRegistration`, or the path of a nested object
 * @throws MisuseError for a value that is no object, and for the first option that is not among `known`
 */
export function requireKnownOptions(factory: string, options: unknown, known: readonly string[]): void {
  requireThat(
    typeof options === "object" && options !== null && !Array.isArray(options),
    "ERR_OPTION",
    `${factory}: give it an object of options`,
  );
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const nearest = nearestName(unknown, known);
  const hint = nearest === undefined ? `there are ${known.join(", ")}` : `did you mean ${nearest}?`;
  requireThat(false, "ERR_OPTION", `${factory}: there is no option ${unknown}; ${hint}`);
}

/**
 * Refuses what an adapter cannot serve.
 *
 * @example
 * ```ts
 * import { requireRegistration, type ClientRegistration } from "@oauth-dcr/core";
 *
 * function toMyHandler(registration: ClientRegistration) {
 *   requireRegistration("toMyHandler", registration);
 *   return (request: Request) => registration.fetch(request);
 * }
 * ```
 * @throws MisuseError for a value without a `fetch` method
 */
export function requireRegistration(adapter: string, registration: unknown): void {
  requireThat(
    typeof (registration as { readonly fetch?: unknown } | null | undefined)?.fetch === "function",
    "ERR_OPTION",
    `${adapter}: give it what createClientRegistration() returned`,
  );
}

/**
 * The name that `name` is most likely a misspelling of, if one is near.
 *
 * @param most how many letters may differ. Default: a third of them
 */
export function nearestName(
  name: string,
  known: readonly string[],
  most = Math.ceil(name.length / 3),
): string | undefined {
  const letters = lettersOf(name);
  let nearest: string | undefined;
  let least = most + 1;
  for (const candidate of known) {
    const distance = editDistance(letters, lettersOf(candidate));
    if (distance >= least) continue;
    nearest = candidate;
    least = distance;
  }
  return nearest;
}

/** Letter case and underscores are what spellings of one name differ in most. */
function lettersOf(name: string): string {
  return name.slice(0, 100).toLowerCase().replaceAll("_", "");
}

/** How many letters have to be inserted, deleted or replaced to make one text of the other. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 0; i < one.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < other.length; j++) {
      const replaced = (row[j] ?? 0) + (one[i] === other[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
