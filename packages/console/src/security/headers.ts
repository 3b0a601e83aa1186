/** Nothing but this origin's own style, script and forms, and no frame around it. */
const POLICY = [
  "default-src 'none'",
  ...["style-src", "script-src", "img-src", "form-action"].map((directive) => `${directive} 'self'`),
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

/**
 * The headers of every answer. The referrer goes to this origin alone: without any, browsers would say `Origin: null` with a form,
 * which could not be told from a stranger's.
 */
export const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": POLICY,
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
};
