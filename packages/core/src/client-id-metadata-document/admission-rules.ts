import { requireKnownOptions } from "../lib/known-options.js";
import { MisuseError, requireThat } from "../lib/misuse.js";
import { asciiHost } from "../uri/ascii-host.js";
import { hostPattern } from "../uri/host-pattern.js";
import { decodeFully } from "../uri/percent-decoding.js";
import { parseStrictUri, type StrictUri } from "../uri/strict-uri.js";

/** What to do with the clients whose `client_id` matches a pattern. */
export interface DocumentAdmissionRule {
  /**
   * Which URLs the rule is for:
   *
   * - `app.example`: that host, on every port. An internationalised name may be written in Unicode or in punycode.
   * - `*.app.example`: every name below that host, however deep, but not the host itself.
   * - `https://app.example/oauth/*`: the URLs whose path begins with `/oauth/`.
   * - `https://app.example/client.json`: that URL.
   * - `*`: every URL. The last rule is for it, and no other.
   *
   * A pattern that is a URL allows what is written like it, on its port, 443 if it names none. It blocks and holds more: where
   * it names no port every port, and every spelling of the path that a server may read alike.
   */
  readonly match: string;
  /**
   * - `allow`: the document is fetched and judged.
   * - `block`: the client is refused, and nothing is fetched.
   * - `hold`: as `allow`, and the client then awaits approval.
   */
  readonly verdict: "allow" | "block" | "hold";
}

type UrlTest = (url: StrictUri) => boolean;

/**
 * Makes the function that answers the first rule for the URL of a document.
 *
 * @throws MisuseError for rules that make no sense, or that do not say what happens to all other URLs
 */
export function admissionRules(
  rules: readonly DocumentAdmissionRule[],
): (url: StrictUri) => DocumentAdmissionRule {
  const isList: boolean = Array.isArray(rules);
  requireThat(isList, CODE, `${OPTION}: must be a list of rules`);
  const tests = rules.map((rule, i) => {
    const where = `${OPTION}[${i}]`;
    requireKnownOptions(where, rule, ["match", "verdict"] satisfies (keyof DocumentAdmissionRule)[]);
    requireThat(VERDICTS.includes(rule.verdict), CODE, `${where}.verdict: must be allow, block or hold`);
    const isLast = i === rules.length - 1;
    requireThat(rule.match !== "*" || isLast, CODE, `${where}: only the last rule is for *`);
    return { rule, matches: urlTest(rule, `${where}.match`) };
  });
  const last = rules.at(-1);
  requireThat(
    last?.match === "*",
    CODE,
    `${OPTION}: the last rule must be for *, to say what happens to all other URLs`,
  );
  return (url) => tests.find(({ matches }) => matches(url))?.rule ?? last;
}

const CODE = "ERR_OPTION";
const OPTION = "clientIdMetadataDocuments.admission";
const VERDICTS: readonly unknown[] = ["allow", "block", "hold"];
const MAX_LENGTH = 2048;

function urlTest({ match, verdict }: DocumentAdmissionRule, where: string): UrlTest {
  const text: unknown = match;
  requireThat(typeof text === "string" && text !== "", CODE, `${where}: must be a host, an https URL or *`);
  if (text === "*") return () => true;
  if (text.includes("/")) return urlPattern(text, verdict, where);
  const [, wildcard = "", host = ""] = /^(\*\.)?([^]*)$/.exec(text) ?? [];
  try {
    const matches = hostPattern(wildcard + asciiHost(host));
    return (url) => matches(url.host);
  } catch (error) {
    throw new MisuseError(CODE, `${where}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function urlPattern(text: string, verdict: DocumentAdmissionRule["verdict"], where: string): UrlTest {
  const isPrefix = text.endsWith("/*");
  const written = isPrefix ? text.slice(0, -1) : text;
  const uri = written.replace(
    /^(https:\/\/)([^/?#@:[\]\\]+)/i,
    (_, scheme: string, host: string) => scheme + asciiHost(host),
  );
  const parsed = parseStrictUri(uri, MAX_LENGTH);
  requireThat(
    parsed.ok && parsed.value.scheme === "https" && isPathAlone(parsed.value) && !uri.includes("*"),
    CODE,
    `${where}: ${JSON.stringify(text)} must be an https URL with a path that ends with /* or stands for itself, without userinfo, query, fragment and dot segments`,
  );
  const { host, port, path } = parsed.value;
  if (verdict === "allow") {
    return (url) => {
      const hasPath = isPrefix ? url.path.startsWith(path) : url.path === path && url.query === "";
      return url.host === host && portOf(url) === portOf(parsed.value) && hasPath;
    };
  }
  const wide = widePath(path);
  return (url) => {
    const asked = widePath(url.path);
    const hasPort = port === undefined || portOf(url) === port;
    return url.host === host && hasPort && (asked === wide || (isPrefix && asked.startsWith(`${wide}/`)));
  };
}

const isPathAlone = ({ path, query, fragment }: StrictUri): boolean =>
  path !== "" && query === "" && fragment === "";

const portOf = ({ port }: StrictUri): string => port ?? "443";

/**
 * One spelling of all the paths that some server reads as the same: whoever is blocked or held must not come back by letter
 * case, percent-encoding, path parameters or further slashes.
 */
function widePath(path: string): string {
  const decoded = decodeFully(path).toLowerCase();
  return decoded
    .replaceAll(/;[^/]*/g, "")
    .replaceAll(/\/+/g, "/")
    .replace(/\/$/, "");
}
