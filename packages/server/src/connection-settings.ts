import { countOrOff } from "./number-settings.js";
import { wrong } from "./setting-error.js";

const CONNECTIONS_PER_ADDRESS = 256;

/** @throws SettingError for a value that makes no sense */
export function mostConnections(text: string): number {
  const most = text === "off" ? undefined : countOrOff("max-connections", text);
  if (most === undefined) throw wrong("max-connections", "must be a whole number of at least 1");
  return Math.min(most, Math.max(1, Math.floor(mostDescriptors() / 2)));
}

/**
 * A proxy has all its clients' connections at its own address. Otherwise one address leaves room for another.
 *
 * @throws SettingError for a value that makes no sense
 */
export function connectionsPerAddress(
  text: string | undefined,
  { trustedProxies, maxConnections }: { readonly trustedProxies: number; readonly maxConnections: number },
): number | undefined {
  if (text !== undefined) return countOrOff("max-connections-per-address", text);
  if (trustedProxies > 0) return undefined;
  return Math.min(CONNECTIONS_PER_ADDRESS, Math.max(1, Math.floor(maxConnections / 2)));
}

/** How many file descriptors this process may have open; `Infinity` where the system does not say. */
function mostDescriptors(): number {
  const { userLimits } = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft: number | "unlimited" } };
  };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === "number" ? soft : Infinity;
}
