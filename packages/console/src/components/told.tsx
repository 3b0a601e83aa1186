/**
 * Characters that show as nothing, or that change how others are shown: controls, direction overrides, invisible ones, lone
 * surrogates, and characters without a meaning. `U+FE0F` and a joiner between two pictures stay, as emoji are made of them.
 */
const HIDDEN =
  /(?<!\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]*)\u200d|\u200d(?!\p{Extended_Pictographic})|(?!\u200d)[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u2800\u3164\uffa0]/gu;

/** White space that could pass for a plain space. */
const ODD_SPACE = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu;

/** A part of a text: shown as it is, or named. */
export interface Segment {
  readonly text: string;
  readonly isHidden: boolean;
}

/** Splits a text so that each character that cannot be seen stands alone, by its number. */
export function segmentsOf(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  const hidden = new RegExp(`${HIDDEN.source}|${ODD_SPACE.source}`, "gu");
  let end = 0;
  for (const { index, 0: found } of text.matchAll(hidden)) {
    if (index > end) segments.push({ text: text.slice(end, index), isHidden: false });
    segments.push({ text: numberOf(found), isHidden: true });
    end = index + found.length;
  }
  if (end < text.length) segments.push({ text: text.slice(end), isHidden: false });
  return segments;
}

/**
 * What somebody else says. It is never a link, its direction cannot turn what stands around it, and what cannot be seen is named.
 *
 * @param props.most how many characters are shown
 * @param props.hasLines whether line feeds are shown as such, as in an operator's own notes
 */
export function Told(props: { readonly text: string; readonly most?: number; readonly hasLines?: boolean }) {
  const { text, most = 200, hasLines = false } = props;
  const letters = text.length > most ? text.slice(0, most).replace(/[\ud800-\udbff]$/, "") : text;
  const rest = text.length - letters.length;
  return (
    <>
      <bdi class="told">
        {segmentsOf(letters).map((segment) =>
          hasLines && segment.text === "U+000A" ? (
            "\n"
          ) : segment.isHidden ? (
            <span class="hidden-character">{segment.text}</span>
          ) : (
            segment.text
          ),
        )}
      </bdi>
      {rest > 0 && <span class="muted"> … and {rest.toLocaleString("en")} more characters</span>}
    </>
  );
}

/** JSON as text in which nothing is hidden. */
export function ToldJson({ value, most = 4000 }: { readonly value: unknown; readonly most?: number }) {
  const lines = JSON.stringify(value, null, 2);
  const shown = lines.length > most ? lines.slice(0, most) : lines;
  return (
    <pre class="code" tabindex={0}>
      {shown.split("\n").map((line, index) => (
        <>
          {index > 0 && "\n"}
          {segmentsOf(line).map((segment) =>
            segment.isHidden ? <span class="hidden-character">{segment.text}</span> : segment.text,
          )}
        </>
      ))}
      {shown.length < lines.length && "\n…"}
    </pre>
  );
}

function numberOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
