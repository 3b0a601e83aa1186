import type { JsonSchema } from "./setting-types.js";

/**
 * What is wrong with a value, as a sentence that begins with the place of it, such as `audit[1] must be a text`.
 *
 * @param place where the value stands, for the sentence
 */
export function schemaProblem(value: unknown, schema: JsonSchema, place: string): string | undefined {
  if (schema.anyOf) {
    const fits = schema.anyOf.some((each) => schemaProblem(value, each, place) === undefined);
    return fits ? undefined : `${place} must be ${schema.description}`;
  }
  if (!isOfType(value, schema)) return `${place} must be ${schema.description}`;
  if (Array.isArray(value))
    return firstOf(value, (entry, i) => schema.items && schemaProblem(entry, schema.items, `${place}[${i}]`));
  return isObject(value) ? memberProblem(value, schema, place) : undefined;
}

/** Whether a value is what a schema says, but for what is inside it. */
function isOfType(
  value: unknown,
  { type, enum: names, minLength = 0, pattern, minItems = 0, ...bounds }: JsonSchema,
): boolean {
  if (names) return typeof value === "string" && names.includes(value);
  switch (type) {
    case "string":
      return (
        typeof value === "string" &&
        value.length >= minLength &&
        (pattern === undefined || new RegExp(pattern, "u").test(value))
      );
    case "integer": {
      const { minimum = -Infinity, maximum = Infinity } = bounds;
      return Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
    }
    case "boolean":
      return typeof value === "boolean";
    case "array":
      return Array.isArray(value) && value.length >= minItems;
    default:
      return isObject(value);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function memberProblem(
  value: object,
  { properties = {}, required = [] }: JsonSchema,
  place: string,
): string | undefined {
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return `${place}.${missing} is missing`;
  return firstOf(Object.entries(value), ([name, member]) => {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return schema
      ? schemaProblem(member, schema, `${place}.${name}`)
      : `${place} has no member ${name}; there are ${Object.keys(properties).join(", ")}`;
  });
}

function firstOf<T>(
  values: readonly T[],
  problemOf: (value: T, i: number) => string | undefined,
): string | undefined {
  for (const [i, value] of values.entries()) {
    const problem = problemOf(value, i);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
