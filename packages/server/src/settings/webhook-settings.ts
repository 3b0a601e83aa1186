import { createHash } from "node:crypto";
import { MisuseError } from "@oauth-dcr/core";
import { pinnedConnection } from "@oauth-dcr/node";
import { webConnection } from "@oauth-dcr/core/guarded-fetch";
import {
  memoryWebhookQueue,
  WEBHOOK_EVENT_TYPES,
  webhookDelivery,
  type WebhookDeliveryOptions,
  type WebhookEndpoint,
  type WebhookEventType,
} from "@oauth-dcr/core/webhooks";
import type { Environment } from "./environment.js";
import { onOrOff, words } from "./setting-readers.js";
import { SettingError, wrong } from "./setting-error.js";
import type { Flag } from "./setting-table.js";

/** Where webhooks go. */
export type WebhookSettings = WebhookEndpoint;

/** Not a flag: others on the machine can read the arguments of a process. */
const SECRET = "OAUTH_DCR_WEBHOOK_SECRET";

/** @throws SettingError for a value that makes no sense */
export function webhookSettings(
  read: (flag: Flag) => string,
  environment: Environment,
): readonly WebhookSettings[] {
  const urls = [...new Set(words(read("webhook")))];
  const events = eventTypes(read("webhook-events"));
  const allowPrivateUrl = onOrOff("webhook-private", read("webhook-private"));
  if (urls.length === 0) return [];
  const secrets = words(environment[SECRET] ?? "");
  if (secrets.length === 0) {
    throw new SettingError(
      `--webhook needs ${SECRET}: whsec_ and 24 to 64 random bytes in base64, such as "whsec_$(openssl rand -base64 32)"`,
    );
  }
  return urls.map((url) => {
    const settings = { name: nameOf(url), url, secrets, events, allowPrivateUrl };
    requireUsable(settings);
    return settings;
  });
}

/** The connection to a webhook's URL: a pinned one would refuse what the operator has allowed. */
export function connectionOf({ allowPrivateUrl }: WebhookSettings): WebhookDeliveryOptions["connection"] {
  return allowPrivateUrl === true ? webConnection() : pinnedConnection();
}

/** Core judges the endpoint; it is judged here so that the message can name the setting. */
function requireUsable(endpoint: WebhookSettings): void {
  try {
    webhookDelivery({ endpoint, queue: memoryWebhookQueue(), connection: connectionOf(endpoint) });
  } catch (error) {
    if (!(error instanceof MisuseError)) throw error;
    if (error.message.includes("secrets")) {
      throw new SettingError(
        `${SECRET} must be whsec_ and 24 to 64 random bytes in base64, or several of them`,
      );
    }
    throw wrong(
      "webhook",
      endpoint.allowPrivateUrl === true
        ? "must be http or https URLs without user information and fragment"
        : "must be https URLs of public hosts, without user information and fragment; see --webhook-private",
    );
  }
}

/** The host, and what tells two URLs of it apart: a URL may hold a key, and its name is shown and kept. */
function nameOf(url: string): string {
  const host = URL.canParse(url) ? new URL(url).host : "";
  const hash = createHash("sha256").update(url).digest("hex");
  return `${host.replaceAll(/[^\w.-]/g, "_").slice(0, 80)}-${hash.slice(0, 12)}`;
}

function eventTypes(text: string): readonly WebhookEventType[] {
  if (text === "all") return WEBHOOK_EVENT_TYPES;
  const named = words(text);
  const types = WEBHOOK_EVENT_TYPES.filter((type) => named.includes(type));
  if (named.length > 0 && types.length === new Set(named).size) return types;
  throw wrong(
    "webhook-events",
    `must be all, or some of ${WEBHOOK_EVENT_TYPES.join(", ")}, separated by spaces`,
  );
}
