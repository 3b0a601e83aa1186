/**
 * Which forms of redirect URI are welcome besides HTTPS. A form that is not named here is refused: the profile is a
 * list of what may pass, never of what may not.
 */
export interface RedirectUriProfile {
  /**
   * `http` on `127.0.0.1`, `[::1]` and `localhost`, at any port.
   * @see RFC 8252 section 7.3 https://www.rfc-editor.org/rfc/rfc8252#section-7.3
   */
  readonly loopback: boolean;
  /**
   * Private-use schemes named after a domain, such as `com.example.app:/callback`.
   * @see RFC 8252 section 7.1 https://www.rfc-editor.org/rfc/rfc8252#section-7.1
   */
  readonly reverseDomainSchemes: boolean;
  /** Private-use schemes that are admitted by name, in lower case and without the colon. */
  readonly schemes: readonly string[];
  /**
   * Redirect URIs in private-use schemes that are admitted by scheme, authority and path, such as
   * `cursor://anysphere.cursor-mcp/oauth/callback`. What continues the path behind a `/` is admitted too. For the scheme of
   * an application that does more with its links than to take answers: an editor installs, opens and runs by them.
   */
  readonly privateUseRedirects: readonly string[];
}

/** HTTPS and nothing else: for clients that run on a server. */
export const httpsRedirects: RedirectUriProfile = {
  loopback: false,
  reverseDomainSchemes: false,
  schemes: [],
  privateUseRedirects: [],
};

/**
 * HTTPS, loopback and reverse-domain schemes: what native applications are told to use.
 * @see RFC 8252 section 7 https://www.rfc-editor.org/rfc/rfc8252#section-7
 */
export const nativeRedirects: RedirectUriProfile = {
  loopback: true,
  reverseDomainSchemes: true,
  schemes: [],
  privateUseRedirects: [],
};

/**
 * Native, and the redirect URIs that editors with an MCP client are known to register: those of Cursor, and those of Cline
 * in the editors that it runs in. Extend it with a spread.
 */
export const mcpRedirects: RedirectUriProfile = {
  ...nativeRedirects,
  privateUseRedirects: [
    "cursor://anysphere.cursor-mcp/oauth/callback",
    // Of older versions, which add a name: `/oauth/user-name/callback`.
    "cursor://anysphere.cursor-retrieval/oauth",
    "cursor://saoudrizwan.claude-dev/mcp-auth/callback",
    "vscode://saoudrizwan.claude-dev/mcp-auth/callback",
    "vscode-insiders://saoudrizwan.claude-dev/mcp-auth/callback",
    "windsurf://saoudrizwan.claude-dev/mcp-auth/callback",
  ],
};
