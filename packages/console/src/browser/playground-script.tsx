import {
  createClientRegistration,
  mcpPreset,
  openNativePreset,
  protectedRegistration,
  tokenGatedPreset,
  webConfidentialPreset,
  type Assessment,
} from "@oauth-dcr/core";
import { memoryStore } from "@oauth-dcr/core/memory";
import type { PlaygroundRules } from "../options.js";
import { judge, type Verdict } from "../playground/judge.js";
import { VerdictView } from "../playground/verdict-view.js";

const PRESETS = {
  mcp: mcpPreset,
  "web-confidential": webConfidentialPreset,
  "token-gated": tokenGatedPreset,
  "open-native": openNativePreset,
};

/** How long somebody pauses before a body is judged. */
const PAUSE_MILLISECONDS = 150;

/** The server's rules, here in the browser. */
function explainBy({ preset, metadata }: PlaygroundRules): (body: unknown) => Assessment {
  const registration = createClientRegistration({
    ...PRESETS[preset](metadata),
    access: protectedRegistration(),
    store: memoryStore(),
    audit: () => undefined,
  });
  return (body) => registration.explainClientMetadata(body);
}

function begin(playground: HTMLElement, area: HTMLTextAreaElement, place: HTMLElement): void {
  const { rules = "", endpoint = "" } = playground.dataset;
  const explain = explainBy(JSON.parse(rules) as PlaygroundRules);
  async function show(verdict: Verdict): Promise<void> {
    // The same component as on the server, which escapes all that a body says.
    const drawn = await (<VerdictView verdict={verdict} />);
    place.innerHTML = drawn.toString();
    playground.dataset["live"] = "yes";
  }
  let waiting: ReturnType<typeof setTimeout> | undefined;
  area.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => void show(judge(area.value, explain, endpoint)), PAUSE_MILLISECONDS);
  });
}

const playground = document.getElementById("playground");
const area = document.querySelector("textarea");
const place = document.getElementById("verdict");
if (playground && area && place) begin(playground, area, place);
