import { Findings } from "../components/findings.js";
import { ToldJson } from "../components/told.js";
import type { Verdict } from "./judge.js";

/** The result of the rules for a body. The server and the browser render it alike. */
export function VerdictView({ verdict }: { readonly verdict: Verdict }) {
  const { problem, findings, registered, curl } = verdict;
  if (problem !== undefined) return <p class="notice bad">{problem}</p>;
  return (
    <>
      <p class={`notice ${registered ? "good" : "bad"}`}>
        {registered ? "The rules accept this body." : "The rules refuse this body."}
      </p>
      <h3>Findings</h3>
      <Findings findings={findings} none="Nothing was refused or corrected." />
      {registered && (
        <>
          <h3>What would be registered</h3>
          <ToldJson value={registered} most={20_000} />
        </>
      )}
      {curl !== undefined && (
        <>
          <h3>Send it with curl</h3>
          <pre class="code wrap" tabindex={0}>
            {curl}
          </pre>
        </>
      )}
    </>
  );
}
