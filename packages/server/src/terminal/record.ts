import { stateColoured, styled } from "./colour.js";
import { shownMember, shownValue } from "./shown-value.js";
import { visibleText } from "./visible-text.js";

/** The members of our own records that are states. What a client says has no colour, whatever it says. */
const STATES: ReadonlySet<string> = new Set(["status", "outcome", "acceptance.tier"]);

/**
 * One thing with its members, each on its line; a member with members is indented.
 *
 * @param path the names of the members that lead to it, each with a dot behind
 */
export function recordOf(record: object, indent = "", path = ""): string {
  const members = Object.entries(record).filter(([, value]) => value !== undefined && !isEmpty(value));
  const width = Math.max(...members.map(([name]) => visibleText(name).length));
  return members
    .map(([name, value]) => {
      const label = `${indent}${styled("dim", visibleText(name).padEnd(width))}`;
      if (isDeep(value)) return `${label}\n${deep(value, `${indent}  `, `${path}${name}.`)}`;
      const text = shownMember(name, value);
      return `${label}  ${STATES.has(path + name) ? stateColoured(text) : text}`.trimEnd();
    })
    .join("\n");
}

function deep(value: object, indent: string, path: string): string {
  if (!Array.isArray(value)) return recordOf(value, indent, path);
  return (value as readonly unknown[])
    .map((entry) =>
      isDeep(entry)
        ? `${indent}- ${deep(entry, `${indent}  `, path).slice(indent.length + 2)}`
        : `${indent}- ${shownValue(entry)}`,
    )
    .join("\n");
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** Whether a value needs lines of its own. */
function isDeep(value: unknown): value is object {
  if (Array.isArray(value)) return value.length > 1 || value.some(isDeep);
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}
