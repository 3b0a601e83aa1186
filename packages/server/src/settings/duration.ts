const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** The seconds of a duration such as `30m`, `24h` or `7d`; `undefined` for anything else. */
export function durationSeconds(text: string): number | undefined {
  const [, count = "", unit = ""] = /^([1-9]\d{0,8})([smhd])$/.exec(text) ?? [];
  return Number(count) * (UNITS[unit] ?? 0) || undefined;
}
