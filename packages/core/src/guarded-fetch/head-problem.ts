import type { GuardedFetchProblem } from "./guarded-fetch-problem.js";

/**
 * Checks the status and headers of a response before its body is read.
 *
 * @see RFC 9110 section 8.3.1 https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1
 * @see RFC 6839 section 3.1 https://www.rfc-editor.org/rfc/rfc6839#section-3.1
 */
export function headProblem(
  response: Response,
  accept: readonly string[],
  maxBytes: number,
): GuardedFetchProblem | undefined {
  const { status, headers } = response;
  // Some platforms hide the status of a redirect.
  if (response.redirected || response.type === "opaqueredirect" || status === 0) {
    return { kind: "redirected" };
  }
  if (status !== 200) return { kind: status >= 300 && status < 400 ? "redirected" : "status", status };
  // Bodies are not decompressed: a short body cannot become a long one.
  const isPlain = (headers.get("content-encoding") ?? "identity").toLowerCase() === "identity";
  if (!isPlain || !isAccepted(headers.get("content-type") ?? "", accept)) return { kind: "media_type" };
  return Number(headers.get("content-length")) > maxBytes ? { kind: "too_large" } : undefined;
}

// One media type. A comma would mean a second Content-Type header.
const MEDIA_TYPE = /^([\w!#$&^.+-]+\/[\w!#$&^.+-]+)[ \t]*(?:;[^,]*)?$/;

function isAccepted(contentType: string, accept: readonly string[]): boolean {
  const mediaType = MEDIA_TYPE.exec(contentType)?.[1]?.toLowerCase();
  if (mediaType === undefined) return false;
  return accept.includes(mediaType) || (accept.includes("application/json") && mediaType.endsWith("+json"));
}
