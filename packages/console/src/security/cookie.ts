/** How long a session lasts, whatever its operator does. */
export const SESSION_SECONDS = 8 * 3600;

/** The session's cookie. Where there is TLS, the prefix keeps other hosts of the domain from setting it. */
export interface SessionCookie {
  /** What the cookie of a request holds. */
  read(request: Request): string | undefined;
  /** `Set-Cookie` for a new session. */
  set(id: string): string;
  /** `Set-Cookie` that ends it. */
  clear(): string;
}

export function sessionCookie(origin: string): SessionCookie {
  const { protocol, port } = new URL(origin);
  const isSecure = protocol === "https:";
  // Cookies do not tell ports apart: two consoles of one machine would sign each other out.
  const name = isSecure ? "__Host-oauth-dcr-console" : `oauth-dcr-console-${port}`;
  const attributes = `HttpOnly; SameSite=Strict; Path=/${isSecure ? "; Secure" : ""}`;
  return {
    read(request) {
      const cookies = (request.headers.get("cookie") ?? "").split("; ");
      return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
    },
    set: (id) => `${name}=${id}; ${attributes}; Max-Age=${SESSION_SECONDS}`,
    clear: () => `${name}=; ${attributes}; Max-Age=0`,
  };
}
