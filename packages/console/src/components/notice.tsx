import type { Child } from "hono/jsx";

/** What is said after something was done. A link names one of these, so that nobody can put other words here. */
const DONE: Readonly<Record<string, string>> = {
  approve: "The client is approved.",
  reject: "The client is rejected, and disabled.",
  disable: "The client is disabled.",
  enable: "The client is enabled.",
  tier: "The tier is changed.",
  administration: "The tags, notes and owner are saved.",
  delete: "The client is deleted.",
  revoke: "The token is revoked.",
  verify: "The verification of the audit log has begun. Load this page again for the result.",
};

const FAILED: Readonly<Record<string, string>> = {
  changed: "Nothing was done: the client has changed since the page was made. Look at it again.",
  gone: "Nothing was done: there is no such client or token any more.",
  invalid:
    "Nothing was done: a field has a value that is not allowed. Tags are letters, digits and ._:/- ; at most 20.",
};

/** Tells how the last form ended, as the query says. */
export function Outcome({ query }: { readonly query: URLSearchParams }) {
  const done = DONE[query.get("done") ?? ""];
  const failed = FAILED[query.get("failed") ?? ""];
  return (
    <>
      {done !== undefined && <Notice kind="good">{done}</Notice>}
      {failed !== undefined && <Notice kind="bad">{failed}</Notice>}
    </>
  );
}

/** A sentence that stands out. */
export function Notice(props: { readonly kind: "good" | "bad" | "note"; readonly children?: Child }) {
  return (
    <div class={`notice ${props.kind}`} role={props.kind === "bad" ? "alert" : "status"}>
      {props.children}
    </div>
  );
}
