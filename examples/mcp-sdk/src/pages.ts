import { pageLook, type PageRequest } from "@oauth-dcr/core/consent-page";
import type { Request } from "express";

const look = pageLook({
  brand: { name: "Example MCP server" },
  scopeDescriptions: {
    "tools:execute": { en: "Run its tools for you", de: "Werkzeuge für Sie ausführen" },
    "tools:manage": { en: "Add and remove tools", de: "Werkzeuge hinzufügen und entfernen" },
  },
});

/** The look of all pages, in the language of this browser. */
export function pageFor({ headers }: Request): PageRequest {
  return { look, acceptLanguage: headers["accept-language"] };
}
