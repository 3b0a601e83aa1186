import { expect, test } from "vitest";
import { seededRandom } from "../../../../tests/support/seeded-random.js";
import { SortedList } from "../../src/lib/sorted-list.js";

test("a sorted list is what a sorted array is, whatever is added, removed and asked for", () => {
  const seed = Date.now() % 1_000_000_007;
  const random = seededRandom(seed);
  const list = new SortedList<number>((one, other) => one < other);
  const values = new Set<number>();
  const inOrder = () => [...values].sort((one, other) => one - other);
  expect([...list.behind()]).toEqual([]);
  for (let round = 0; round < 6; round += 1) {
    // More are added at first, and more are removed at last.
    for (let step = 0; step < 3000; step += 1) {
      const value = Math.floor(random() * 6000);
      if (values.has(value) && random() < 0.1 + round * 0.17) {
        list.delete(value);
        values.delete(value);
      } else if (!values.has(value) && random() < 0.9 - round * 0.17) {
        list.add(value);
        values.add(value);
      }
    }
    expect([...list.behind()], `seed ${seed}`).toEqual(inOrder());
    for (const from of [
      -1,
      0,
      5999,
      9999,
      ...Array.from({ length: 20 }, () => Math.floor(random() * 6000)),
    ]) {
      expect([...list.behind(from)], `seed ${seed}, behind ${from}`).toEqual(
        inOrder().filter((value) => value > from),
      );
    }
  }
  for (const value of inOrder()) list.delete(value);
  expect([...list.behind()]).toEqual([]);
});
