import { requireThat } from "../lib/misuse.js";

export function isPolicyName(name: string): boolean {
  return /^[a-z0-9][a-z0-9_.-]{0,63}$/.test(name);
}

/** Throws a `MisuseError` unless `name` can be the name of a policy. */
export function requirePolicyName(name: unknown): asserts name is string {
  requireThat(
    typeof name === "string" && isPolicyName(name),
    "ERR_POLICY_NAME",
    `policy name ${JSON.stringify(name)}: must be 1 to 64 characters of a-z, 0-9, "_", "." and "-", beginning with a letter or digit`,
  );
}
