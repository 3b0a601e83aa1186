import type { Child } from "hono/jsx";

/** The message after a form. A link contains only its key, so that a link cannot show another text. */
const DONE: Readonly<Record<string, string>> = {
  approve: "The client is approved.",
  reject: "The client is rejected and disabled.",
  disable: "The client is disabled.",
  enable: "The client is enabled.",
  tier: "The tier is changed.",
  administration: "The tags, notes and owner are saved.",
  delete: "The client is deleted.",
  revoke: "The token is revoked.",
  verify: "The verification of the audit log has started. Reload this page to see the result.",
};

const FAILED: Readonly<Record<string, string>> = {
  changed: "Nothing was done: the client has changed since this page was loaded. Check it, and try again.",
  gone: "Nothing was done: the client or token no longer exists.",
  invalid:
    "Nothing was done: a value is not allowed. A client has at most 20 tags, of letters, digits and ._:/-.",
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
