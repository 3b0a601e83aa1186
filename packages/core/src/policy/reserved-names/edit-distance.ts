/** Whether two texts are the same but for one letter: another, one more, one less, or two neighbours swapped. */
export function isWithinOneEdit(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const restA = a.slice(start, a.length - end);
  const restB = b.slice(start, b.length - end);
  const isSwap = restB.length === 2 && restA === `${restB[1] ?? ""}${restB[0] ?? ""}`;
  return isSwap || (restA.length <= 1 && restB.length <= 1);
}
