import { redirectUriPolicy } from "../../src/redirect-uri/redirect-uri-policy.js";
import {
  httpsRedirects,
  mcpRedirects,
  nativeRedirects,
} from "../../src/redirect-uri/redirect-uri-profile.js";

/** The policies by which the tables are judged. */
export const POLICIES = {
  mcp: redirectUriPolicy(mcpRedirects),
  native: redirectUriPolicy(nativeRedirects),
  https: redirectUriPolicy(httpsRedirects),
  denying: redirectUriPolicy({
    ...mcpRedirects,
    deniedHosts: [
      "redirector.example",
      "Shortener.Example",
      "xn--bcher-kva.example",
      "203.0.113.9",
      "localhost",
    ],
  }),
  byScheme: redirectUriPolicy({ schemes: ["myeditor"] }),
  short: redirectUriPolicy({ ...mcpRedirects, maxLength: 32 }),
};

export type PolicyName = keyof typeof POLICIES;
