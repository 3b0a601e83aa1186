import playground from "./browser/playground-script.tsx?text";
import style from "./assets/console.css";

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#3b5bdb"/><path d="M9 16.5l5 5 9-11" fill="none" stroke="#fff" stroke-width="3.4" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

/** The files that pages load, by their names. They hold no secret, and so need no session. */
export const ASSETS: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {
  "console.css": { type: "text/css; charset=utf-8", text: style },
  "icon.svg": { type: "image/svg+xml", text: ICON },
  "playground.js": { type: "text/javascript; charset=utf-8", text: playground },
};
