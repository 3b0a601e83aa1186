import { stateColoured, styled } from "./colour.js";
import { shownMember, shownValue } from "./shown-value.js";
import { visibleText } from "./visible-text.js";

/** One thing with its members, each on its line; a member with members is indented. */
export function recordOf(record: object, indent = ""): string {
  const members = Object.entries(record).filter(([, value]) => value !== undefined && !isEmpty(value));
  const width = Math.max(...members.map(([name]) => visibleText(name).length));
  return members
    .map(([name, value]) => {
      const label = `${indent}${styled("dim", visibleText(name).padEnd(width))}`;
      if (isDeep(value)) return `${label}\n${deep(value, `${indent}  `)}`;
      return `${label}  ${stateColoured(shownMember(name, value))}`.trimEnd();
    })
    .join("\n");
}

function deep(value: object, indent: string): string {
  if (!Array.isArray(value)) return recordOf(value, indent);
  return (value as readonly unknown[])
    .map((entry) =>
      isDeep(entry)
        ? `${indent}- ${deep(entry, `${indent}  `).slice(indent.length + 2)}`
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
