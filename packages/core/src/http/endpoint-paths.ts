/** Which endpoint a path leads to. */
export type Route =
  | { readonly endpoint: "metadata" | "registration" }
  /** The identifier is empty for what cannot be one. */
  | { readonly endpoint: "configuration"; readonly clientId: string };

// A token that somebody wrote into the path is none, and must not reach the audit log as one.
const CLIENT_ID = /^(?!odcr_)[\w.~-]{1,256}$/;

/**
 * Finds the endpoint of a request. The public path leads there, and what is left of it when a framework or proxy took a
 * prefix off.
 */
export function endpointPaths(
  metadataPaths: readonly string[],
  registrationEndpoint: string,
): (url: string) => Route | undefined {
  const registrationPath = new URL(registrationEndpoint).pathname;
  const configurationPrefix = registrationPath.replace(/\/?$/, "/");

  return (url) => {
    const path = pathOf(url);
    if (metadataPaths.includes(path)) return { endpoint: "metadata" };
    if (isEndOf(registrationPath, path)) return { endpoint: "registration" };
    const lastSlash = path.lastIndexOf("/");
    if (!isEndOf(configurationPrefix, path.slice(0, lastSlash + 1))) return undefined;
    const segment = path.slice(lastSlash + 1);
    return { endpoint: "configuration", clientId: CLIENT_ID.test(segment) ? segment : "" };
  };
}

/** Whether a path is the public one, or what is left of it when a prefix was taken off. */
export function isEndOf(publicPath: string, path: string): boolean {
  return path === publicPath || (/^\/./.test(path) && publicPath.endsWith(path));
}

/** An absolute URL that is written plainly, with its path; no URL parser reads it otherwise. */
const PLAIN = /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?(\/[\w/-]*)$/;

/** Empty for a text that is no URL, so that no endpoint is found there. */
export function pathOf(url: string): string {
  const plain = PLAIN.exec(url)?.[1];
  if (plain !== undefined) return plain;
  try {
    return new URL(url).pathname;
  } catch {
    return "";
  }
}
