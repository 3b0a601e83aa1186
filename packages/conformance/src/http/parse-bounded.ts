/** How deep the JSON of an answer may be. Code that walks through a deeper one could run out of stack. */
const MOST_LEVELS = 50;

/** The JSON of an answer; `undefined` when it is none, or too deep. */
export function parseBounded(text: string): unknown {
  if (levelsOf(text) > MOST_LEVELS) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function levelsOf(text: string): number {
  let levels = 0;
  let most = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    if (isInString && character === "\\") i += 1;
    else if (character === '"') isInString = !isInString;
    else if (isInString) continue;
    else if (character === "[" || character === "{") most = Math.max(most, (levels += 1));
    else if (character === "]" || character === "}") levels -= 1;
  }
  return most;
}
