import { failed, passed, skipped, warned, type Check, type Verdict } from "../check.js";
import { described, isSuccess, objectIn, saysJson, type Answer } from "../http/answer.js";
import { shown } from "../shown-text.js";
import { rfc } from "../specification.js";
import { CALLBACK, type Target } from "../target/target.js";

const ERRORS = rfc(7591, "3.2.2");
const EVIL = "https://attacker.example/callback";

interface BadBody {
  readonly id: string;
  readonly title: string;
  readonly impact: string;
  readonly what: string;
  readonly text: (target: Target) => string;
  /** Error codes that fit; any code of RFC 7591 by default. */
  readonly codes?: readonly string[];
  /** What an acceptance is. Default `failed`. */
  readonly accepted?: (registered: Readonly<Record<string, unknown>>) => Verdict;
}

const CODES = [
  "invalid_redirect_uri",
  "invalid_client_metadata",
  "invalid_software_statement",
  "unapproved_software_statement",
];

const BODIES: readonly BadBody[] = [
  {
    id: "malformed-json",
    title: "a body that is not JSON",
    impact: "The developer of a client gets no answer that says what is wrong.",
    what: "with malformed JSON",
    text: () => '{"redirect_uris": [',
  },
  {
    id: "array",
    title: "a JSON array",
    impact: "Code of the server reads object members from a list. The result is undefined.",
    what: "with an array as body",
    text: (target) => JSON.stringify([target.plainBody()]),
  },
  {
    id: "duplicate-member",
    title: "a body with redirect_uris twice",
    impact:
      "A proxy, a policy and the server may read different ones of the two. An attacker passes the policy with one redirect URI and registers the other.",
    what: "with redirect_uris twice",
    text: (target) =>
      JSON.stringify(target.plainBody()).replace(/^\{/, `{"redirect_uris":${JSON.stringify([EVIL])},`),
    accepted: (registered) => warned(`registered with redirect_uris ${shown(registered["redirect_uris"])}`),
  },
  {
    id: "no-redirect-uris",
    title: "a client of the code flow without redirect_uris",
    impact: "Without registered redirect URIs the authorization endpoint cannot tell where codes may go.",
    what: "without redirect_uris",
    text: (target) => JSON.stringify(target.plainBody({ redirect_uris: undefined })),
  },
  {
    id: "redirect-uris-string",
    title: "redirect_uris as a string",
    impact:
      "A search for a redirect URI in a string also finds parts of it: https://client.example/call matches too.",
    what: "with redirect_uris as a string",
    text: (target) => JSON.stringify(target.plainBody({ redirect_uris: CALLBACK })),
    accepted: (registered) =>
      Array.isArray(registered["redirect_uris"])
        ? warned(`registered, as the list ${shown(registered["redirect_uris"])}`)
        : failed(`registered with redirect_uris ${shown(registered["redirect_uris"])}`),
  },
  {
    id: "wrong-types",
    title: "members of the wrong type",
    impact: "The values reach code and pages that expect another type.",
    what: "with values of another type",
    text: (target) =>
      JSON.stringify(target.plainBody({ client_name: { a: 1 }, grant_types: "authorization_code" })),
    accepted: (registered) =>
      typeof registered["client_name"] === "object" && registered["client_name"] !== null
        ? failed(`registered with client_name ${shown(registered["client_name"])}`)
        : warned("registered, with other values"),
  },
  {
    id: "jwks-and-jwks-uri",
    title: "jwks and jwks_uri together",
    impact: "Two parts of the server may trust two different sets of keys.",
    what: "with jwks and jwks_uri",
    text: (target) =>
      JSON.stringify(target.plainBody({ jwks: { keys: [] }, jwks_uri: "https://client.example/jwks.json" })),
    accepted: (registered) =>
      registered["jwks"] !== undefined && registered["jwks_uri"] !== undefined
        ? failed("registered with both")
        : warned("registered, with at most one of them in the answer"),
  },
  {
    id: "unsigned-statement",
    title: "an unsigned software statement",
    impact:
      "Anyone can write claims into such a statement. With it an attacker takes the name and privileges of known software.",
    what: "with an unsigned software statement",
    text: (target) =>
      JSON.stringify(
        target.plainBody({ software_statement: unsigned({ redirect_uris: [EVIL], client_name: "Vouched" }) }),
      ),
    codes: ["invalid_software_statement", "unapproved_software_statement", "invalid_client_metadata"],
    accepted: (registered) =>
      registered["client_name"] === "Vouched" ||
      JSON.stringify(registered["redirect_uris"] ?? []).includes(EVIL)
        ? failed("registered with the claims of the statement")
        : passed("registered, without the claims of the statement"),
  },
];

/** Invalid bodies, from which no server can register a client. */
export const BAD_BODY_CHECKS: readonly Check[] = [
  ...BODIES.map(badBodyCheck),
  {
    id: "errors.shape",
    title: "Every refusal is JSON with an error code of the specification",
    section: ERRORS,
    impact: "Clients cannot tell their developer what is wrong with the metadata.",
    remedy: 'Answer with 400 and {"error": "invalid_client_metadata", "error_description": "what is wrong"}.',
    run: async (target) => {
      const refusals = await refusalsOf(target);
      if (refusals.length === 0) return skipped("no body was refused");
      const odd = refusals.filter((answer) => !hasErrorShape(answer));
      if (odd.length === 0) return passed(`${refusals.length} refusals looked at`);
      const said = odd.slice(0, 4).map((answer) => `${answer.request}: ${described(answer)}`);
      return failed(said.join("; ") + (odd.length > 4 ? `; and ${odd.length - 4} more` : ""));
    },
  },
];

function badBodyCheck({ id, title, impact, what, text, codes = CODES, accepted }: BadBody): Check {
  return {
    id: `errors.${id}`,
    title: `Refused with 400: ${title}`,
    section: ERRORS,
    impact,
    remedy: `Refuse it with 400 and ${codes[0] === CODES[0] ? "invalid_client_metadata" : (codes[0] ?? "")}.`,
    run: async (target) => {
      const body = text(target);
      const { answer, client } = await target.probe(what, {}, { text: body });
      if (isSuccess(answer)) return (accepted ?? (() => failed("registered")))(client);
      if (answer.status !== 400) return failed(described(answer));
      const { error } = objectIn(answer);
      if (typeof error !== "string" || codes.includes(error) || error === "invalid_request") {
        return passed(described(answer));
      }
      return warned(described(answer), {
        impact: "Clients that act on the error code do the wrong thing.",
        remedy: `Use ${codes.join(" or ")}.`,
      });
    },
  };
}

/** The refusals of all registrations so far; those for other reasons than the metadata left aside. */
async function refusalsOf(target: Target): Promise<readonly Answer[]> {
  await target.publicClient();
  return target.client.answers.filter(({ request, status }) => request.startsWith("POST ") && status === 400);
}

function hasErrorShape(answer: Answer): boolean {
  const { error, error_description: description } = objectIn(answer);
  const isDescribed = description === undefined || typeof description === "string";
  return (
    saysJson(answer) &&
    typeof error === "string" &&
    /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(error) &&
    isDescribed
  );
}

/** A JWT with `alg: none`. */
function unsigned(claims: object): string {
  const part = (value: object): string =>
    btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `${part({ alg: "none" })}.${part({ iss: "https://attacker.example", ...claims })}.`;
}
