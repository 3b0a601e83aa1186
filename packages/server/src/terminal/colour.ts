import { styleText } from "node:util";

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Styles a text for standard output, where it is a terminal. NO_COLOR and FORCE_COLOR are respected. */
export function styled(style: Style, text: string): string {
  return text === "" ? text : styleText(style, text, { stream: process.stdout });
}

const OF_STATE: ReadonlyMap<string, Style> = new Map([
  ["active", "green"],
  ["good", "green"],
  ["approved", "green"],
  ["first_party", "green"],
  ["domain_verified", "cyan"],
  ["awaiting_approval", "yellow"],
  ["pending", "yellow"],
  ["disabled", "red"],
  ["refused", "red"],
]);

/** A state, tier or outcome of ours in its colour. Give it no text of a client: a name could look like a state. */
export function stateColoured(text: string): string {
  const style = OF_STATE.get(text);
  return style ? styled(style, text) : text;
}
