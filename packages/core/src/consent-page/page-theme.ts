import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";

/** Colours of a page, each as `#rgb` or `#rrggbb`. The colours of the warnings are not among them: they stay visible. */
export interface PageColors {
  /** Around the card. */
  readonly background: string;
  /** The card. */
  readonly surface: string;
  /** Text. */
  readonly text: string;
  /** Labels and notes. */
  readonly mutedText: string;
  /** Lines and the outline of buttons. */
  readonly border: string;
  /** The button that allows, links and the focus. */
  readonly accent: string;
  /** Text on the accent. */
  readonly accentText: string;
}

/** Colours, corners and fonts of the pages. A missing member has its default. */
export interface PageTheme {
  /** Colours of a light page. */
  readonly light?: Partial<PageColors>;
  /** Colours of a dark page, for browsers that prefer one. */
  readonly dark?: Partial<PageColors>;
  /** The radius of corners, in pixels: 0 to 32. Default: 14. */
  readonly radius?: number;
  /** A list of font families, as in CSS. The page loads no font. Default: that of the system. */
  readonly fontFamily?: string;
}

const LIGHT: PageColors = {
  background: "#f3f4f7",
  surface: "#ffffff",
  text: "#15181e",
  mutedText: "#545b68",
  border: "#d3d7df",
  accent: "#2450d6",
  accentText: "#ffffff",
};

const DARK: PageColors = {
  background: "#0e1014",
  surface: "#181b21",
  text: "#eceef2",
  mutedText: "#a7aebb",
  border: "#3a404c",
  accent: "#94b3ff",
  accentText: "#0b1226",
};

const COLORS = Object.keys(LIGHT) as (keyof PageColors)[];
const SYSTEM_FONTS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';

/** What must be told apart, and by how much: text, and what is used by hand. */
const CONTRASTS: readonly (readonly [keyof PageColors, keyof PageColors, number])[] = [
  ["text", "surface", 4.5],
  ["text", "background", 4.5],
  ["mutedText", "surface", 4.5],
  ["mutedText", "background", 4.5],
  ["accentText", "accent", 4.5],
  ["accent", "surface", 4.5],
];

/**
 * The CSS variables of a theme.
 *
 * @throws MisuseError for an invalid value, and for two colours whose contrast is too low
 * @see Web Content Accessibility Guidelines 2.2 section 1.4.3 https://www.w3.org/TR/WCAG22/#contrast-minimum
 */
export function themeVariables(theme: PageTheme): string {
  requireKnownOptions("pageLook.theme", theme, [
    "light",
    "dark",
    "radius",
    "fontFamily",
  ] satisfies (keyof PageTheme)[]);
  const { radius = 14, fontFamily = SYSTEM_FONTS } = theme;
  requireThat(
    typeof radius === "number" && radius >= 0 && radius <= 32,
    CODE,
    "theme.radius: must be a number of pixels from 0 to 32",
  );
  requireThat(
    typeof fontFamily === "string" && /^[\w ,"'-]+$/.test(fontFamily),
    CODE,
    "theme.fontFamily: must be names of font families, separated by commas",
  );
  const light = colorVariables("light", LIGHT, theme.light);
  const dark = colorVariables("dark", DARK, theme.dark);
  return `:root{color-scheme:light dark;--radius:${radius}px;--font:${fontFamily};${light}}@media (prefers-color-scheme:dark){:root{${dark}}}`;
}

function colorVariables(name: "light" | "dark", base: PageColors, given: Partial<PageColors> = {}): string {
  requireKnownOptions(`pageLook.theme.${name}`, given, COLORS);
  const colors = { ...base, ...given };
  for (const color of COLORS) {
    requireThat(
      typeof colors[color] === "string" && /^#(?:[\da-f]{3}){1,2}$/i.test(colors[color]),
      CODE,
      `theme.${name}.${color}: must be #rgb or #rrggbb`,
    );
  }
  for (const [one, other, least] of CONTRASTS) {
    const ratio = contrast(colors[one], colors[other]);
    requireThat(
      ratio >= least,
      CODE,
      `theme.${name}.${one}: has a contrast of ${ratio.toFixed(2)} to ${other} (${colors[other]}); choose two colours with at least ${least}`,
    );
  }
  return COLORS.map((color) => `--${color.replace(/[A-Z]/, "-$&").toLowerCase()}:${colors[color]};`).join("");
}

/** @see Web Content Accessibility Guidelines 2.2, contrast ratio https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: string): number {
  const digits = color.length === 4 ? color.replace(/[\da-f]/gi, "$&$&") : color;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = parseInt(digits.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const CODE = "ERR_PAGE_THEME";
