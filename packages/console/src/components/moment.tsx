/** An instant, in UTC and as a distance from now. */
export function Moment({ at, now }: { readonly at: number; readonly now: number }) {
  const date = new Date(at * 1000);
  if (Number.isNaN(date.getTime())) return <>unknown</>;
  const iso = date.toISOString();
  return (
    <time datetime={iso} title={`${iso.slice(0, 19).replace("T", " ")} UTC`}>
      {distance(at - now)}
    </time>
  );
}

/** The same, with the date itself. */
export function Instant({ at, now }: { readonly at: number; readonly now: number }) {
  const date = new Date(at * 1000);
  if (Number.isNaN(date.getTime())) return <>unknown</>;
  return (
    <>
      <time datetime={date.toISOString()}>{date.toISOString().slice(0, 16).replace("T", " ")} UTC</time>{" "}
      <span class="muted">({distance(at - now)})</span>
    </>
  );
}

const UNITS = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
] as const;

/** How far away an instant is, such as `3 h ago`. */
export function distance(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < 1) return "now";
  const [unit, length] = UNITS.find(([, each]) => size >= each) ?? ["s", 1];
  const text = `${Math.floor(size / length).toLocaleString("en")} ${unit}`;
  return seconds < 0 ? `${text} ago` : `in ${text}`;
}
