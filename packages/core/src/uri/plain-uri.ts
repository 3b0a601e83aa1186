import type { StrictUri } from "./uri-parts.js";

// A label begins with a letter, so that no host of labels can be read as an IP address. Two hyphens in a row begin
// punycode, which the complete parser judges.
const LABEL = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*";
const HOST = `127\\.0\\.0\\.1|${LABEL}(?:\\.${LABEL})*`;
const PORT = "[1-9][0-9]{0,4}";
// No segment is empty or begins with a dot. No character needs encoding, or has a meaning to a URL parser.
const SEGMENT = "[\\w~!$&()+,;=@-][\\w.~!$&()+,;=@-]*";
const PLAIN = new RegExp(`^(https?)://((${HOST})(?::(${PORT}))?)((?:/${SEGMENT})*/?)$`);

/** A host of at most this length has no label that is too long. */
const MAX_HOST = 63;

/**
 * Reads a web URI that is written so plainly that every parser reads it alike and no rule of `parseStrictUri` can be
 * against it. Most redirect URIs are. Returns `undefined` for every other text, which then needs the complete parser.
 */
export function parsePlainUri(raw: string): StrictUri | undefined {
  const parts = PLAIN.exec(raw);
  if (parts === null) return undefined;
  const [, scheme = "", authority = "", host = "", port, path = ""] = parts;
  if (host.length > MAX_HOST || (port !== undefined && Number(port) > 65_535)) return undefined;
  // A name that contains `localhost` may imitate this machine.
  if (host !== "localhost" && host.includes("localhost")) return undefined;
  return { raw, scheme, authority, host, port, path, query: "", fragment: "" };
}
