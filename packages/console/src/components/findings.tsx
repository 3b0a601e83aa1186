import type { Finding } from "@oauth-dcr/core";
import { Told } from "./told.js";

/** What the rules found, with where it is written. Links lead to specifications alone: a finding repeats no value. */
export function Findings({
  findings,
  none,
}: {
  readonly findings: readonly Finding[];
  readonly none: string;
}) {
  if (findings.length === 0) return <p class="muted">{none}</p>;
  return (
    <ul class="findings">
      {findings.map(({ severity, description, specification }) => (
        <li class={`finding ${severity}`}>
          <span class={`badge ${severity}`}>{severity === "error" ? "error" : "corrected"}</span>{" "}
          <Told text={description} most={400} />{" "}
          <span class="muted">
            <Told text={specification} most={200} />
          </span>
        </li>
      ))}
    </ul>
  );
}
