import { resolve } from "node:path";
import { wrong } from "./setting-error.js";

/**
 * Where audit events go: a standard stream, the database of the clients, the OpenTelemetry SDK that is loaded, the end of a
 * file, or a SQLite file of their own.
 */
export type AuditTarget =
  | "stdout"
  | "stderr"
  | "database"
  | "opentelemetry"
  | { readonly file: string; readonly database?: undefined }
  | { readonly database: string; readonly file?: undefined };

/**
 * Reads `--audit`.
 *
 * @throws SettingError for what is no target
 */
export function auditTargets(text: string): readonly AuditTarget[] {
  return text.split(",").map((target) => {
    if (target === "stdout" || target === "opentelemetry" || target === "database") return target;
    if (/^file:./.test(target)) return { file: resolve(target.slice("file:".length)) };
    if (/^database:./.test(target)) return { database: resolve(target.slice("database:".length)) };
    throw wrong(
      "audit",
      "must be stdout, file:PATH, database, database:PATH, opentelemetry, or several separated by commas",
    );
  });
}
