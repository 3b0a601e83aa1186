import type { AuditEvent } from "../audit/audit-event.js";
import type { Finding } from "../client-metadata/finding.js";

/** Flat, and of the plain kinds that every backend knows. */
export type EventAttributes = Record<string, string | number | boolean | string[]>;

/** Members that the conventions of OpenTelemetry have a name for. The rest stands below `oauth_dcr`. */
const NAMES: Readonly<Record<string, string>> = {
  "oauth_dcr.client_address": "client.address",
  "oauth_dcr.reason": "error.type",
};

/**
 * Everything that an event says, but its type and time, with names such as `oauth_dcr.client_id` and
 * `oauth_dcr.origin.source`. A finding is a sentence behind its severity, and a change of an update is JSON.
 *
 * @see OpenTelemetry naming https://opentelemetry.io/docs/specs/semconv/general/naming/
 */
export function eventAttributes({ type: _, at: __, ...said }: AuditEvent): EventAttributes {
  const attributes: EventAttributes = {};
  flatten("oauth_dcr", "findings" in said ? { ...said, findings: said.findings.map(sentence) } : said);
  return attributes;

  function flatten(prefix: string, members: object): void {
    for (const [member, value] of Object.entries(members) as [string, unknown][]) {
      const name = `${prefix}.${member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
      if (Array.isArray(value)) attributes[name] = value.map(text);
      else if (typeof value === "object" && value !== null) flatten(name, value);
      else attributes[NAMES[name] ?? name] = value as string | number | boolean;
    }
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function sentence({ severity, description }: Finding): string {
  return `${severity}: ${description}`;
}
