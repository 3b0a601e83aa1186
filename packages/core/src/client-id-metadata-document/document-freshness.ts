/** For how long a document may be used without being fetched again, in seconds. */
interface FreshnessBounds {
  readonly min: number;
  readonly max: number;
}

/** Where the document's server says nothing. */
const DEFAULT_SECONDS = 3600;

/**
 * For how long a document that was just fetched is fresh: what its server says, within the bounds of this one.
 *
 * @see RFC 9111 section 4.2 https://www.rfc-editor.org/rfc/rfc9111#section-4.2
 */
export function freshSeconds(headers: Headers, { min, max }: FreshnessBounds): number {
  return Math.min(Math.max(statedSeconds(headers), min), max);
}

function statedSeconds(headers: Headers): number {
  const directives = (headers.get("cache-control") ?? "").toLowerCase().split(",");
  const names = directives.map((directive) => directive.trim().split("=", 1)[0]);
  if (names.includes("no-store") || names.includes("no-cache")) return 0;
  // Caches that many share go by s-maxage (section 5.2.2.10), and this is one.
  const lifetime =
    secondsOf(directives, "s-maxage") ?? secondsOf(directives, "max-age") ?? untilExpiry(headers);
  if (lifetime === undefined) return DEFAULT_SECONDS;
  const age = Number(headers.get("age") ?? 0);
  return lifetime - (age > 0 ? age : 0);
}

function secondsOf(directives: readonly string[], name: string): number | undefined {
  for (const directive of directives) {
    const seconds = new RegExp(`^\\s*${name}\\s*=\\s*"?(\\d{1,10})"?\\s*$`).exec(directive)?.[1];
    if (seconds !== undefined) return Number(seconds);
  }
  return undefined;
}

/** By the clock of the document's server alone: ours may differ from it. */
function untilExpiry(headers: Headers): number | undefined {
  const expires = headers.get("expires");
  if (expires === null) return undefined;
  const seconds = (Date.parse(expires) - Date.parse(headers.get("date") ?? "")) / 1000;
  // What is no date has expired (section 5.3).
  return Number.isFinite(seconds) ? seconds : 0;
}
