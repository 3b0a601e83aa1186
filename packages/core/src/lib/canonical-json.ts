/**
 * Plain JSON as one text whatever the order of its members: they stand in the order of their names, compared by code
 * unit. A member that is `undefined` is left out.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const object = value as Readonly<Record<string, unknown>>;
  let members = "";
  for (const name of Object.keys(object).sort()) {
    const inner = object[name];
    if (inner === undefined) continue;
    members += `${members === "" ? "" : ","}${JSON.stringify(name)}:${canonicalJson(inner)}`;
  }
  return `{${members}}`;
}
