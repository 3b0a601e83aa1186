import { mcpPreset, tokenGatedPreset, webConfidentialPreset } from "@oauth-dcr/core";

/** What `--preset` can be. */
export const PRESETS = {
  mcp: mcpPreset,
  "web-confidential": webConfidentialPreset,
  "token-gated": tokenGatedPreset,
};
