import { describe, expect, test } from "vitest";
import { ACCEPTED } from "./accepted.js";
import { POLICIES } from "./policies.js";
import { REFUSED } from "./refused.js";

const refused = Object.values(REFUSED).flat();
const accepted = Object.values(ACCEPTED).flat();

test("the tables are long enough to mean something, and say nothing twice", () => {
  expect(refused.length).toBeGreaterThanOrEqual(200);
  expect(accepted.length).toBeGreaterThanOrEqual(60);
  const rows = [...refused, ...accepted].filter(([value]) => typeof value === "string");
  const keys = rows.map(([value, , policy = "mcp"]) => `${policy} ${String(value)}`);
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
});

describe.each(Object.entries(REFUSED))("refused: %s", (_, rows) => {
  test.each(rows.map(([value, rule, policy = "mcp"], i) => ({ value, rule, policy, at: `${i}` })))(
    "$at: $value by $rule ($policy)",
    ({ value, rule, policy }) => {
      expect(POLICIES[policy].parse(value)).toEqual({ ok: false, error: rule });
    },
  );
});

describe.each(Object.entries(ACCEPTED))("accepted: %s", (_, rows) => {
  test.each(rows.map(([uri, kind, policy = "mcp"]) => ({ uri, kind, policy })))(
    "$uri as $kind ($policy)",
    ({ uri, kind, policy }) => {
      expect(POLICIES[policy].parse(uri)).toMatchObject({ ok: true, value: { kind, uri: { raw: uri } } });
      expect(POLICIES[policy].admits([uri], uri)).toBe(true);
    },
  );
});
