import type { Assessment, Finding } from "@oauth-dcr/core";

/** What the rules make of a body. */
export interface Verdict {
  /** Why there is nothing to judge. */
  readonly problem?: string;
  /** Every error and warning. */
  readonly findings: readonly Finding[];
  /** What would be registered. Missing: the body would be refused. */
  readonly registered?: object;
  /** A command that sends the body. */
  readonly curl?: string;
}

/**
 * Judges what somebody typed. The server and the browser call the same function, each with its rules.
 *
 * @param endpoint the URL of the registration endpoint
 */
export function judge(text: string, explain: (body: unknown) => Assessment, endpoint: string): Verdict {
  let body: unknown;
  try {
    body = JSON.parse(text) as unknown;
  } catch (error) {
    return { problem: `The body is not valid JSON${placeOf(error, text)}.`, findings: [] };
  }
  const { findings, metadata } = explain(body);
  return { findings, ...(metadata && { registered: metadata }), curl: curlOf(body, endpoint) };
}

/** Where JSON breaks off, in words of our own: engines have different ones. */
function placeOf(error: unknown, text: string): string {
  const position = /at position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
  if (position === undefined) return "";
  const lines = text.slice(0, Number(position)).split("\n");
  return `: look at line ${lines.length}, character ${(lines.at(-1) ?? "").length + 1}`;
}

/** Only ASCII, so that what is copied is what is seen. */
function curlOf(body: unknown, endpoint: string): string {
  const json = JSON.stringify(body).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const quoted = (value: string): string => `'${value.replaceAll("'", String.raw`'\''`)}'`;
  return `curl -i ${quoted(endpoint)} -H 'content-type: application/json' -d ${quoted(json)}`;
}

/** A body to begin with. */
export const EXAMPLE = `{
  "client_name": "My client",
  "redirect_uris": ["http://127.0.0.1/callback"],
  "token_endpoint_auth_method": "none"
}`;
