import { onOff, text, wholeNumber } from "../setting-types.js";
import type { Setting } from "./setting.js";

/** The operator's console. */
export const CONSOLE_SETTINGS = {
  console: {
    env: "OAUTH_DCR_CONSOLE",
    value: "[on/off]",
    default: "off",
    says: "whether to serve the operator's console, on 127.0.0.1 and a port of its own; the server prints a one-time sign-in link",
    type: onOff,
  },
  "console-port": {
    env: "OAUTH_DCR_CONSOLE_PORT",
    value: "PORT",
    default: "8788",
    says: "port of the console; 0 for any free one",
    type: wholeNumber(0, 65_535),
  },
  "console-origin": {
    env: "OAUTH_DCR_CONSOLE_ORIGIN",
    value: "URL",
    default: "http://127.0.0.1:PORT",
    says: "where browsers find the console, such as https://console.example behind a proxy",
    type: text("a URL"),
  },
  "console-user-header": {
    env: "OAUTH_DCR_CONSOLE_USER_HEADER",
    value: "NAME",
    default: "",
    says: "header in which your proxy names the operator, instead of sign-in links; needs OAUTH_DCR_CONSOLE_PROXY_SECRET, which the proxy sends in x-console-proxy-secret",
    type: text("the name of a header"),
  },
} as const satisfies Record<string, Setting>;
