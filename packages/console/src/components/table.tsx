import type { Child } from "hono/jsx";

/** A table that scrolls by itself where it is wider than the page. */
export function Table(props: {
  readonly caption: string;
  readonly columns: readonly { readonly title: string; readonly class?: string }[];
  readonly children?: Child;
}) {
  return (
    <div class="scroll" role="region" aria-label={props.caption} tabindex={0}>
      <table>
        <caption class="visually-hidden">{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th scope="col" class={column.class ?? ""}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}

/** Names and what they are. */
export function Facts(props: { readonly children?: Child }) {
  return <dl class="facts">{props.children}</dl>;
}

/** One name and what it is. */
export function Fact(props: { readonly name: Child; readonly children?: Child }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** A part of a page, with its heading. */
export function Card(props: { readonly title: string; readonly class?: string; readonly children?: Child }) {
  const id = `part-${props.title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;
  return (
    <section class={`card ${props.class ?? ""}`} aria-labelledby={id}>
      <h2 id={id}>{props.title}</h2>
      {props.children}
    </section>
  );
}
