import { isJsonObject } from "../json.js";
import { err, ok, type Result } from "../result.js";
import { frozenCopy } from "./frozen-copy.js";
import type { PolicyVerdict } from "./registration-policy.js";

type Shape = Readonly<
  Record<string, { readonly holds: (value: unknown) => boolean; readonly optional?: true }>
>;

// What may stand in `error_description` (RFC 6749 section 5.2).
const isSentencePart = (value: unknown) => typeof value === "string" && /^[ !#-[\]-~]{1,200}$/.test(value);
const isText = (value: unknown) => typeof value === "string" && value.trim() !== "";
const ERRORS: readonly unknown[] = [
  "invalid_software_statement",
  "invalid_client_metadata",
  "invalid_redirect_uri",
  "unapproved_software_statement",
];

const SHAPES: Readonly<Record<PolicyVerdict["verdict"], Shape>> = {
  accept: {},
  change: { metadata: { holds: isJsonObject } },
  refuse: {
    member: { holds: isSentencePart },
    reason: { holds: isSentencePart },
    place: { holds: isSentencePart, optional: true },
    error: { holds: (value) => ERRORS.includes(value), optional: true },
  },
  hold: { reason: { holds: isText } },
  require: { requirements: { holds: areRequirements } },
};

/**
 * What a policy answered, if it is a verdict. A field that does not belong there is a mistake too: metadata in an
 * acceptance would be forgotten, and a requirement with a typing error never be met.
 */
export function parseVerdict(answer: unknown): Result<PolicyVerdict, Error> {
  if (!isJsonObject(answer)) return err(new TypeError("a policy must answer a verdict"));
  // Read once: from here on nothing of it is the policy's own object.
  const { verdict, ...fields }: Readonly<Record<string, unknown>> = answer;
  const shape = Object.entries(SHAPES).find(([name]) => name === verdict)?.[1];
  if (!shape) return err(new TypeError("a policy must answer a verdict"));

  const wrong = Object.entries(shape).some(([name, { holds, optional }]) =>
    fields[name] === undefined ? !optional : !holds(fields[name]),
  );
  const unknown = Object.keys(fields).some((name) => !Object.hasOwn(shape, name));
  if (wrong || unknown)
    return err(new TypeError(`a verdict ${String(verdict)} has a field of the wrong form`));
  const parsed = verdict === "change" ? { metadata: frozenCopy(fields["metadata"]) } : fields;
  return ok({ verdict, ...parsed } as PolicyVerdict);
}

function areRequirements(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    Object.entries(value).every(([name, set]) => ["consent", "pkce"].includes(name) && set === true)
  );
}
