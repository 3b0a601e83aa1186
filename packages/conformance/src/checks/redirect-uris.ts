import { failed, passed, skipped, warned, type Check } from "../check.js";
import { described, isSuccess, objectIn } from "../http/answer.js";
import type { Section } from "../report.js";
import { shown } from "../shown-text.js";
import { rfc } from "../specification.js";
import { CALLBACK } from "../target/target.js";

interface Danger {
  readonly id: string;
  readonly uri: unknown;
  /** What it is, in words. */
  readonly what: string;
  /** What an attacker does with it. */
  readonly attack: string;
  readonly section?: Section;
  /** Default `failed`. `warned` where the specifications do not forbid it. */
  readonly accepted?: "failed" | "warned";
}

const ABSOLUTE = rfc(6749, "3.1.2");

/** The checks try to register each of these once. The server must not register it. */
export const DANGEROUS_REDIRECT_URIS: readonly Danger[] = [
  {
    id: "javascript",
    uri: "javascript:alert(document.domain)//",
    what: "javascript:",
    attack:
      "A consent page that links or redirects to it runs the attacker's script in the origin of the authorization server, with the user's session.",
  },
  {
    id: "data",
    uri: "data:text/html,<script>alert(1)</script>",
    what: "data:",
    attack:
      "The browser shows a page of the attacker that looks like part of the login, and gives it the code.",
  },
  {
    id: "file",
    uri: "file:///tmp/callback.html",
    what: "file:",
    attack: "The code goes to a local file, which any program of the user may have written.",
  },
  {
    id: "javascript-mixed-case",
    uri: "JaVaScRiPt:alert(1)",
    what: "javascript: in mixed case",
    attack: "The same as with javascript:. A case-sensitive filter does not find it.",
  },
  {
    id: "control-before-scheme",
    uri: "\u0001javascript:alert(1)",
    what: "javascript: after a control character",
    attack:
      "The same as with javascript:. Browsers remove the character. A filter that reads the start of the text does not see the scheme.",
  },
  {
    id: "line-break",
    uri: `${CALLBACK}\r\nSet-Cookie: session=attacker`,
    what: "a line break",
    attack:
      "It ends the Location header. The attacker adds headers or a body to the answer of the authorization server.",
  },
  {
    id: "fragment",
    uri: `${CALLBACK}#fragment`,
    what: "a fragment",
    attack:
      "The server appends the response parameters after it. There, other scripts of the page read them, or they are lost.",
    section: ABSOLUTE,
  },
  {
    id: "plain-http",
    uri: "http://client.example/callback",
    what: "http to a host on the network",
    attack: "Anyone on the network path can read the authorization code.",
  },
  {
    id: "loopback-lookalike",
    uri: "http://localhost.attacker.example/callback",
    what: "http to a host that begins with localhost",
    attack:
      "It passes a check that compares only the beginning. The code goes unencrypted to a host of the attacker.",
  },
  {
    id: "user-name",
    uri: "https://client.example@attacker.example/callback",
    what: "a user name that looks like a host",
    attack:
      "People and careless filters read client.example; the browser sends the code to attacker.example.",
    section: rfc(9700, "4.1.1"),
  },
  {
    id: "backslash",
    uri: "https://attacker.example\\@client.example/callback",
    what: "a backslash in the host",
    attack:
      "Parsers disagree on the host: the server checks client.example, the browser goes to attacker.example.",
    section: ABSOLUTE,
  },
  {
    id: "wildcard-host",
    uri: "https://*.example/callback",
    what: "a wildcard in the host",
    attack: "If the server matches patterns, the code goes to any host that fits.",
    section: rfc(9700, "4.1.1"),
    accepted: "warned",
  },
  {
    id: "wildcard-path",
    uri: "https://client.example/*",
    what: "a wildcard in the path",
    attack:
      "If the server matches patterns, any open redirector or page with user content on the host gets the code.",
    section: rfc(9700, "4.1.1"),
    accepted: "warned",
  },
  {
    id: "relative",
    uri: "/callback",
    what: "a relative reference",
    attack:
      "It resolves to the authorization server itself, so codes and tokens go to its own pages and logs.",
    section: ABSOLUTE,
  },
  {
    id: "no-scheme",
    uri: "//attacker.example/callback",
    what: "a URL without a scheme",
    attack: "It resolves with the scheme of the page. A filter that looks for a scheme does not find it.",
    section: ABSOLUTE,
  },
  {
    id: "number",
    uri: 42,
    what: "a number",
    attack: "Code that expects text fails later, at the authorization endpoint.",
  },
  {
    id: "empty",
    uri: "",
    what: "an empty string",
    attack: "It resolves to the authorization endpoint itself.",
  },
  {
    id: "non-ascii-host",
    uri: "https://cli\u0435nt.example/callback",
    what: "a host with a Cyrillic letter",
    attack: "On a consent page it cannot be told from client.example.",
    accepted: "warned",
  },
  {
    id: "trusted-name-in-host",
    uri: "https://localhost.attacker.example/callback",
    what: "https to a host that begins with localhost",
    attack: "On a consent page it looks like the user's own machine.",
    accepted: "warned",
    section: rfc(9700, "4.1.1"),
  },
  {
    id: "open-redirector",
    uri: "https://client.example/redirect?to=https://attacker.example/",
    what: "a URL with another URL in its query",
    attack: "If the page redirects there, the code goes on to the attacker.",
    accepted: "warned",
    section: rfc(9700, "4.11"),
  },
];

export const REDIRECT_URI_CHECKS: readonly Check[] = [
  ...DANGEROUS_REDIRECT_URIS.map(dangerCheck),
  {
    id: "redirect-uris.mixed",
    title: "A dangerous redirect URI is also refused after a harmless one",
    section: rfc(7591, "5"),
    impact: "An attacker passes a check of the first redirect URI, and uses the second.",
    remedy: "Check every redirect URI of the list.",
    run: async (target) => {
      const dangerous = "javascript:alert(1)";
      const body = target.plainBody({ redirect_uris: [CALLBACK, dangerous] });
      const { answer, client } = await target.probe("with javascript: as second redirect URI", body);
      if (!isSuccess(answer)) return passed(described(answer));
      return keeps(client, dangerous)
        ? failed("registered with both")
        : passed("registered, without the dangerous one");
    },
  },
  {
    id: "redirect-uris.error-code",
    title: "Refused redirect URIs have the error invalid_redirect_uri",
    section: rfc(7591, "3.2.2"),
    impact: "Clients cannot tell which part of the metadata to correct.",
    remedy: "Answer with 400 and invalid_redirect_uri.",
    run: (target) => {
      const refusals = target.client.answers.filter(
        ({ request, status }) => request.startsWith("POST with redirect URI: ") && status === 400,
      );
      if (refusals.length === 0) return skipped("no redirect URI was refused with 400");
      const others = refusals.filter((answer) => objectIn(answer)["error"] !== "invalid_redirect_uri");
      if (others.length === 0) return passed(`all ${refusals.length}`);
      const codes = new Set(others.map((answer) => shown(objectIn(answer)["error"], 60)));
      return warned(`${others.length} of ${refusals.length} have ${[...codes].slice(0, 4).join(" or ")}`);
    },
  },
];

function dangerCheck({
  id,
  uri,
  what,
  attack,
  section = rfc(7591, "5"),
  accepted = "failed",
}: Danger): Check {
  return {
    id: `redirect-uris.${id}`,
    title: `A redirect URI is refused: ${what}`,
    section,
    impact: attack,
    remedy:
      accepted === "failed"
        ? "Accept only these forms of redirect URIs: https, http on loopback, and private-use schemes that you know."
        : "Refuse it, unless your clients need it. Compare redirect URIs as exact strings, and show the host to users.",
    run: async (target) => {
      const body = target.plainBody({ redirect_uris: [uri] });
      const { answer, client } = await target.probe(`with redirect URI: ${what}`, body);
      if (answer.status === 0 || answer.status >= 500) return failed(described(answer));
      if (!isSuccess(answer)) return passed(described(answer));
      if (!keeps(client, uri))
        return passed(`registered, with redirect_uris ${shown(client["redirect_uris"])}`);
      const said = `${shown(uri)} was registered`;
      return accepted === "failed" ? failed(said) : warned(said);
    },
  };
}

/** Whether a client was registered with this redirect URI. An answer that does not tell has it. */
function keeps(client: Readonly<Record<string, unknown>>, uri: unknown): boolean {
  const uris = client["redirect_uris"];
  return !Array.isArray(uris) || uris.includes(uri);
}
