import type { Settings } from "../settings/settings.js";
import { takesLogs } from "../telemetry/telemetry.js";

/** What an operator may not have meant. */
export function warningsOf(settings: Settings): readonly string[] {
  const warnings: [isDue: boolean, warning: string][] = [
    [
      !settings.rateLimit && settings.preset !== "token-gated",
      "the rate limit is off; anybody can fill the database as fast as they can send",
    ],
    [
      settings.quota !== undefined && settings.lifecycle.unusedTtlSeconds === undefined,
      "a quota without --unused-ttl is for good: clients that nobody uses count until they are deleted",
    ],
    [
      settings.audit.includes("opentelemetry") && !takesLogs(),
      "no OpenTelemetry SDK takes log records; load one with NODE_OPTIONS=--import=FILE, or the audit events are lost",
    ],
    [
      settings.webhooks.length > 0 && !settings.audit.includes("database"),
      "webhooks wait in memory and are lost when this process ends; give --audit database to keep them",
    ],
  ];
  return warnings.flatMap(([isDue, warning]) => (isDue ? [warning] : []));
}
