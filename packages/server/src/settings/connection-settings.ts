import { countOrOff, wholeNumber } from "./setting-readers.js";
import { wrong } from "./setting-error.js";
import type { SettingSources } from "./setting-sources.js";

export interface ConnectionSettings {
  readonly maxConnections: number;
  /** `undefined` for any number. */
  readonly maxConnectionsPerAddress: number | undefined;
}

const CONNECTIONS_PER_ADDRESS = 256;

/**
 * How many connections there may be. A process that may have few file descriptors keeps half of them for the database, Redis and
 * files. A proxy has all its clients' connections at its own address; otherwise one address leaves room for another.
 *
 * @throws SettingError for a value that makes no sense
 */
export function connectionSettings(
  { given, read }: SettingSources,
  trustedProxies: number,
): ConnectionSettings {
  const asked = wholeNumber("max-connections", read("max-connections"));
  const maxConnections = Math.min(asked, Math.max(1, Math.floor(mostDescriptors() / 2)));
  const text = given("max-connections-per-address");
  if (text === undefined) {
    const half = Math.max(1, Math.floor(maxConnections / 2));
    return {
      maxConnections,
      maxConnectionsPerAddress: trustedProxies > 0 ? undefined : Math.min(CONNECTIONS_PER_ADDRESS, half),
    };
  }
  const perAddress = countOrOff("max-connections-per-address", text);
  if (perAddress === undefined) return { maxConnections, maxConnectionsPerAddress: undefined };
  if (perAddress > asked) {
    throw wrong("max-connections-per-address", `must be at most --max-connections, which is ${asked}`);
  }
  return { maxConnections, maxConnectionsPerAddress: Math.min(perAddress, maxConnections) };
}

/** How many file descriptors this process may have open; `Infinity` where the system does not say. */
function mostDescriptors(): number {
  const { userLimits } = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft: number | "unlimited" } };
  };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === "number" ? soft : Infinity;
}
