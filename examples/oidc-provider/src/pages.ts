import type { IncomingMessage } from "node:http";
import { pageLook, type PageRequest } from "@oauth-dcr/core/consent-page";

const look = pageLook({
  brand: { name: "Example sign-in" },
  scopeDescriptions: {
    openid: { en: "Know who you are", de: "Erfahren, wer Sie sind" },
    offline_access: {
      en: "Keep this access while you are away",
      de: "Diesen Zugriff behalten, auch wenn Sie nicht da sind",
    },
  },
});

/** The look of all pages, in the language of this browser. */
export function pageFor({ headers }: Pick<IncomingMessage, "headers">): PageRequest {
  return { look, acceptLanguage: headers["accept-language"] };
}
