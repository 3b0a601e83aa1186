/** One column of a chart. */
export interface Column {
  /** What it stands for. */
  readonly label: string;
  /** How many of each series. */
  readonly values: readonly number[];
}

const WIDTH = 720;
const HEIGHT = 160;
const BASE = HEIGHT - 18;

/**
 * Columns over time, one colour for each series, with the same numbers in a table.
 *
 * @param props.series the names; the colour of each is that of `series-1` and so on
 */
export function ColumnChart(props: {
  readonly title: string;
  readonly series: readonly string[];
  readonly columns: readonly Column[];
}) {
  const { title, series, columns } = props;
  const highest = Math.max(1, ...columns.map(({ values }) => sum(values)));
  const step = WIDTH / Math.max(1, columns.length);
  const every = Math.ceil(columns.length / 8);
  return (
    <figure class="chart">
      <figcaption>
        <ul class="legend">
          {series.map((name, index) => (
            <li>
              <span class={`swatch series-${index + 1}`} aria-hidden="true"></span>
              {name}
            </li>
          ))}
        </ul>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${title}. The table below has the numbers.`}
      >
        <line class="axis" x1="0" x2={WIDTH} y1={BASE} y2={BASE} />
        <line class="grid" x1="0" x2={WIDTH} y1="10" y2="10" />
        {columns.map((column, index) => (
          <g>
            <title>{titleOf(column, series)}</title>
            <rect class="hover" x={index * step} y="0" width={step} height={BASE} />
            {stacked(column.values, highest).map(({ y, height }, of) => (
              <rect
                class={`series-${of + 1}`}
                x={(index * step + step * 0.14).toFixed(2)}
                width={(step * 0.72).toFixed(2)}
                y={y.toFixed(2)}
                height={height.toFixed(2)}
                rx="1.5"
              />
            ))}
            {index % every === 0 && (
              <text class="tick" x={Math.max(24, index * step + step / 2).toFixed(2)} y={HEIGHT - 4}>
                {column.label}
              </text>
            )}
          </g>
        ))}
        <text class="tick top" x="0" y="8">
          {highest.toLocaleString("en")}
        </text>
      </svg>
      <details>
        <summary>Show as a table</summary>
        <div class="scroll" role="region" aria-label={`${title}, as a table`} tabindex={0}>
          <table>
            <caption class="visually-hidden">{title}</caption>
            <thead>
              <tr>
                <th scope="col">Time (UTC)</th>
                {series.map((name) => (
                  <th scope="col" class="number">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {columns.map((column) => (
                <tr>
                  <th scope="row">{column.label}</th>
                  {column.values.map((value) => (
                    <td class="number">{value.toLocaleString("en")}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

/** Names and numbers, the numbers as bars too. The bars say no more than the numbers. */
export function BarTable(props: {
  readonly caption: string;
  readonly what: string;
  readonly rows: readonly { readonly label: string; readonly count: number; readonly href?: string }[];
}) {
  const highest = Math.max(1, ...props.rows.map(({ count }) => count));
  return (
    <table class="bars">
      <caption class="visually-hidden">{props.caption}</caption>
      <thead class="visually-hidden">
        <tr>
          <th scope="col">{props.what}</th>
          <th scope="col">Number</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {props.rows.map(({ label, count, href }) => (
          <tr>
            <th scope="row">{href === undefined ? label : <a href={href}>{label}</a>}</th>
            <td class="number">{count.toLocaleString("en")}</td>
            <td class="bar-cell">
              <svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect class="bar-rest" width="100" height="8" rx="1" />
                <rect class="bar-value" width={((count / highest) * 100).toFixed(1)} height="8" rx="1" />
              </svg>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function stacked(values: readonly number[], highest: number) {
  let bottom = BASE;
  return values.map((value) => {
    const height = (value / highest) * (BASE - 10);
    bottom -= height;
    return { y: bottom, height };
  });
}

function titleOf({ label, values }: Column, series: readonly string[]): string {
  return `${label}: ${series.map((name, index) => `${values[index] ?? 0} ${name}`).join(", ")}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
