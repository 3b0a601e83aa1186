import { Html } from "./html.js";

const icon = (paths: string): Html =>
  new Html(`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">${paths}</svg>`);

export const ICONS = {
  alert: icon('<path d="M12 3 2 20.5h20z"/><path d="M12 10v4.5M12 17.6v.1"/>'),
  check: icon('<path d="m5 12.5 4.5 4.5L19 7.5"/>'),
  question: icon(
    '<circle cx="12" cy="12" r="9"/><path d="M9.6 9.3a2.5 2.5 0 1 1 3.4 2.5c-.7.3-1 .8-1 1.6M12 16.6v.1"/>',
  ),
  scope: icon('<path d="m9 6 6 6-6 6"/>'),
} as const;
