/** The host of an https URI in lower case. Registered URIs are strict: it stands behind the scheme, with a port or without. */
export function httpsHost(uri: string): string | undefined {
  return /^https:\/\/(\[[0-9a-f:.]+\]|[^/:?#]+)/i.exec(uri)?.[1]?.toLowerCase();
}
