/** A piece of HTML. Only the tag `html` makes one, so a text that a client wrote cannot become one. */
export class Html {
  constructor(readonly markup: string) {}
}

type Part = string | Html | readonly (string | Html)[] | undefined | false;

/** HTML from a template. Escapes each text, joins lists, and leaves out `undefined` and `false`. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(literals.reduce((before, literal, i) => before + markupOf(parts[i - 1]) + literal));
}

function markupOf(part: Part): string {
  if (part === undefined || part === false) return "";
  if (part instanceof Html) return part.markup;
  return typeof part === "string" ? escaped(part) : part.map(markupOf).join("");
}

function escaped(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Puts values at the placeholders of a text, such as `{host}`. */
export function fill(text: string, values: Readonly<Record<string, string | Html>>): Html {
  const parts = text.split(/\{(\w+)\}/);
  return html`${parts.map((part, i) => (i % 2 === 0 ? part : (values[part] ?? "")))}`;
}
