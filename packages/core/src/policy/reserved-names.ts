import { requireThat } from "../misuse.js";
import { isWithinOneEdit } from "./edit-distance.js";
import { readingsOf, skeletonWords } from "./name-skeleton.js";

/** Shorter names are words of too many others: they are compared with a whole name alone. */
const FOUND_WITHIN = 3;
/** In shorter names one other letter is another name. */
const FORGIVES_AN_EDIT = 6;
/** More words are no name, and each costs time to judge. */
const MAX_WORDS = 32;

/**
 * Answers whether a name is one of `names`, looks like one, has one in it as whole words, or is too long to tell.
 * @throws MisuseError for a name without a letter or digit
 */
export function reservedNames(names: readonly string[]): (name: string) => boolean {
  const reserved = names.map((name: unknown): readonly string[] => {
    const words = typeof name === "string" ? skeletonWords(name) : [];
    requireThat(
      words.length > 0,
      "ERR_OPTION",
      `reserved name ${JSON.stringify(name)}: has no letter or digit`,
    );
    return words;
  });
  const exact = new Set(reserved.map((words) => words.join("")));
  const longest = Math.max(...Array.from(exact, ({ length }) => length)) + 1;
  const forgiving = [...exact].filter(({ length }) => length >= FORGIVES_AN_EDIT);
  const byShape = indexByShape(reserved);

  const isNearly = (text: string, candidates: readonly string[] = []): boolean =>
    candidates.some((name) => isWithinOneEdit(text, name));

  function isReserved(words: readonly string[]): boolean {
    const whole = words.join("");
    return exact.has(whole) || isNearly(whole, forgiving) || words.some((_, first) => beginsAt(first, words));
  }

  /** Looks at the runs of neighbouring words that begin here: `A c m e` is one name in four words. */
  function beginsAt(first: number, words: readonly string[]): boolean {
    let run = "";
    for (let last = first; last < words.length; last++) {
      run += words[last] ?? "";
      if (run.length > longest) return false;
      if (run.length >= FOUND_WITHIN && exact.has(run)) return true;
      if (isNearly(run, byShape.get(shapeOf(last - first + 1, run.length)))) return true;
    }
    return false;
  }

  return (name) => readingsOf(name).some((words) => words.length > MAX_WORDS || isReserved(words));
}

/**
 * The names that a run of so many words and letters may nearly be. A name may be written in as many words as it has, or
 * in fewer; in more, only a whole client name is compared with it. It keeps the work for a long hostile name small.
 */
function indexByShape(reserved: readonly (readonly string[])[]): ReadonlyMap<number, readonly string[]> {
  const byShape = new Map<number, string[]>();
  for (const words of reserved) {
    const text = words.join("");
    if (text.length < FORGIVES_AN_EDIT) continue;
    for (let count = 1; count <= words.length; count++) {
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
