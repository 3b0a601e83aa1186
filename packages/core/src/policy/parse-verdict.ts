import { isJsonObject } from "../lib/json.js";
import { err, ok, type Result } from "../lib/result.js";
import { frozenCopy } from "./frozen-copy.js";
import type { PolicyVerdict } from "./registration-policy.js";

interface Field {
  readonly holds: (value: unknown) => boolean;
  readonly mustBe: string;
  readonly optional?: true;
}
type Shape = Readonly<Record<string, Field>>;

// What may stand in `error_description` (RFC 6749 section 5.2).
const isSentencePart = (value: unknown) => typeof value === "string" && /^[ !#-[\]-~]{1,200}$/.test(value);
const SENTENCE_PART: Field = {
  holds: isSentencePart,
  mustBe: "1 to 200 printable ASCII characters without quotes and backslashes",
};
const isText = (value: unknown) => typeof value === "string" && value.trim() !== "";
const ERRORS: readonly unknown[] = [
  "invalid_software_statement",
  "invalid_client_metadata",
  "invalid_redirect_uri",
  "unapproved_software_statement",
];

const SHAPES: Readonly<Record<PolicyVerdict["verdict"], Shape>> = {
  accept: {},
  change: { metadata: { holds: isJsonObject, mustBe: "an object" } },
  refuse: {
    member: SENTENCE_PART,
    reason: SENTENCE_PART,
    place: { ...SENTENCE_PART, optional: true },
    error: {
      holds: (value) => ERRORS.includes(value),
      mustBe: `one of ${ERRORS.join(", ")}`,
      optional: true,
    },
  },
  hold: { reason: { holds: isText, mustBe: "text" } },
  require: { requirements: { holds: areRequirements, mustBe: "of consent and pkce, each true" } },
};

/**
 * What a policy answered, if it is a verdict. A field that does not belong there is a mistake too: metadata in an
 * acceptance would be forgotten, and a requirement with a typing error never be met.
 */
export function parseVerdict(answer: unknown): Result<PolicyVerdict, Error> {
  if (answer instanceof Promise) return err(new TypeError("judge must not be asynchronous"));
  if (!isJsonObject(answer)) return err(new TypeError("judge must answer a verdict"));
  // Read once: from here on nothing of it is the policy's own object.
  const { verdict, ...fields }: Readonly<Record<string, unknown>> = answer;
  const shape = Object.entries(SHAPES).find(([name]) => name === verdict)?.[1];
  if (!shape) return err(new TypeError(`verdict: must be one of ${Object.keys(SHAPES).join(", ")}`));

  const wrong = Object.entries(shape).find(([name, { holds, optional }]) =>
    fields[name] === undefined ? !optional : !holds(fields[name]),
  );
  const unknown = Object.keys(fields).find((name) => !Object.hasOwn(shape, name));
  if (wrong)
    return err(new TypeError(`the verdict ${String(verdict)}: ${wrong[0]} must be ${wrong[1].mustBe}`));
  if (unknown !== undefined) {
    return err(new TypeError(`the verdict ${String(verdict)}: ${unknown} does not belong there`));
  }
  const parsed = verdict === "change" ? { metadata: frozenCopy(fields["metadata"]) } : fields;
  return ok({ verdict, ...parsed } as PolicyVerdict);
}

function areRequirements(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    Object.entries(value).every(([name, set]) => ["consent", "pkce"].includes(name) && set === true)
  );
}
