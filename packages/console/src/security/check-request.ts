/** Why a request is not for this console, or not from it. */
export type RequestProblem = "foreign_host" | "foreign_origin";

/**
 * Judges where a request goes and where it comes from. A foreign `Host` means that a name of somebody else's leads here (DNS
 * rebinding). A form must come from a page of this origin: browsers say so in `Origin` or `Sec-Fetch-Site`, and what says it in
 * neither is refused.
 */
export function checkRequest(request: Request, origin: string): RequestProblem | undefined {
  const { host } = new URL(origin);
  const asked = request.headers.get("host") ?? new URL(request.url).host;
  if (asked.toLowerCase() !== host) return "foreign_host";
  if (["GET", "HEAD"].includes(request.method)) return undefined;
  const from = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  const isOurs =
    from === null ? site === "same-origin" : from === origin && (site ?? "same-origin") === "same-origin";
  return isOurs ? undefined : "foreign_origin";
}
