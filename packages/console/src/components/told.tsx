import { segmentsOf } from "./segments.js";

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
          hasLines && segment.isHidden && segment.text === "U+000A" ? (
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
