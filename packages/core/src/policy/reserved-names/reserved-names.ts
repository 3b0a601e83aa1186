import { requireThat } from "../../lib/misuse.js";
import { joinWords, mixesScripts, readingsOf, skeletonWords } from "./name-skeleton.js";

/** Shorter names are words of too many others: they are compared with a whole name alone. */
const FOUND_WITHIN = 3;
/** In shorter names one other letter is another name. */
const FORGIVES_AN_EDIT = 6;
/** More words are no name, and each costs time to judge. */
const MAX_WORDS = 32;

interface ReservedName {
  readonly text: string;
  readonly words: number;
}

/** Judges texts by a list of names. */
export interface ReservedNames {
  /** Whether a name is one of them, looks like one, has one in it as whole words, or cannot be told: too long, or of mixed scripts. */
  readonly isAlike: (name: string) => boolean;
  /**
   * Whether a text of several sentences, or an address, has one of them in it as whole words. It forgives no edit: among so
   * many words one is soon a letter away from a name.
   */
  readonly isMentioned: (text: string) => boolean;
}

/** @throws MisuseError for a name without a letter or digit */
export function reservedNames(names: readonly string[]): ReservedNames {
  const reserved = names.map((name: unknown): ReservedName => {
    const words = typeof name === "string" ? skeletonWords(name) : [];
    requireThat(
      words.length > 0,
      "ERR_OPTION",
      `reserved name ${JSON.stringify(name)}: has no letter or digit`,
    );
    return { text: joinWords(words), words: words.length };
  });
  const exact = new Set(reserved.map(({ text }) => text));
  const longest = Math.max(...Array.from(exact, ({ length }) => length)) + 1;
  const forgiving = [...exact].filter(({ length }) => length >= FORGIVES_AN_EDIT);
  const byShape = indexByShape(reserved);

  const isNearly = (text: string, candidates: readonly string[] = []): boolean =>
    candidates.some((name) => isWithinOneEdit(text, name));

  const isForgiven = (run: string, words: number) => isNearly(run, byShape.get(shapeOf(words, run.length)));

  function isReserved(words: readonly string[]): boolean {
    const whole = joinWords(words);
    return (
      exact.has(whole) ||
      isNearly(whole, forgiving) ||
      words.some((_, first) => beginsAt(first, words, isForgiven))
    );
  }

  /** Looks at the runs of neighbouring words that begin here: `A c m e` is one name in four words. */
  function beginsAt(
    first: number,
    words: readonly string[],
    isForgiven: (run: string, words: number) => boolean = () => false,
  ): boolean {
    for (let end = first + 1; end <= words.length; end++) {
      const run = joinWords(words.slice(first, end));
      if (run.length > longest) return false;
      if (run.length >= FOUND_WITHIN && exact.has(run)) return true;
      if (isForgiven(run, end - first)) return true;
    }
    return false;
  }

  return {
    isAlike: (name) =>
      readingsOf(name).some((words) => words.length > MAX_WORDS || isReserved(words)) || mixesScripts(name),
    isMentioned: (text) => readingsOf(text).some((words) => words.some((_, first) => beginsAt(first, words))),
  };
}

/**
 * The names that a run of so many words and letters may nearly be. A name may be written in as many words as it has, or
 * in fewer; in more, only a whole client name is compared with it. It keeps the work for a long hostile name small.
 */
function indexByShape(reserved: readonly ReservedName[]): ReadonlyMap<number, readonly string[]> {
  const byShape = new Map<number, string[]>();
  for (const { text, words } of reserved) {
    if (text.length < FORGIVES_AN_EDIT) continue;
    for (let count = 1; count <= words; count++) {
      for (const length of [text.length - 1, text.length, text.length + 1]) {
        const shape = shapeOf(count, length);
        byShape.set(shape, [...(byShape.get(shape) ?? []), text]);
      }
    }
  }
  return byShape;
}

function shapeOf(words: number, length: number): number {
  return words * 10_000 + length;
}

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
