import { onOff, text, wholeNumber } from "../setting-types.js";
import type { Setting } from "./setting.js";

/** Where the server listens, and what it serves besides registration. */
export const LISTENING_SETTINGS = {
  config: {
    env: "OAUTH_DCR_CONFIG",
    value: "FILE",
    default: "",
    says: "JSON file with these settings; a flag wins over a variable, and a variable over the file",
  },
  port: {
    env: "PORT",
    value: "PORT",
    default: "8787",
    says: "port to listen on; 0 for any free one",
    type: wholeNumber(0, 65_535),
  },
  host: {
    env: "HOST",
    value: "ADDRESS",
    default: "127.0.0.1",
    says: "address to listen on",
    type: text("an address"),
  },
  issuer: {
    env: "OAUTH_DCR_ISSUER",
    value: "URL",
    default: "http://HOST:PORT",
    says: "issuer of the authorization server; https, or http on a loopback host",
    type: text("a URL"),
  },
  "trusted-proxies": {
    env: "OAUTH_DCR_TRUSTED_PROXIES",
    value: "N",
    default: "0",
    says: "how many of your proxies append to X-Forwarded-For",
    type: wholeNumber(0, 100),
  },
  "metrics-port": {
    env: "OAUTH_DCR_METRICS_PORT",
    value: "PORT",
    default: "",
    says: "port of 127.0.0.1 on which Prometheus reads /metrics, such as 9464; 0 for any free one",
    type: wholeNumber(0, 65_535),
  },
  "front-page": {
    env: "OAUTH_DCR_FRONT_PAGE",
    value: "[on/off]",
    default: "on",
    says: "whether / shows people what this server is and where its endpoints are",
    type: onOff,
  },
} as const satisfies Record<string, Setting>;
