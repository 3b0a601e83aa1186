const PLAIN = /^(?!sha256:)[\x21-\x7e]{1,128}$/;

/**
 * The key as every backend takes it: the tables of `rate-limiter-flexible` hold 255 characters, and PostgreSQL no NUL.
 * What is longer or stranger counts by its digest.
 */
export async function backendKey(key: string): Promise<string> {
  if (PLAIN.test(key)) return key;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
  return `sha256:${hex.join("")}`;
}
