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
}

/** HTTPS and nothing else: for clients that run on a server. */
export const httpsRedirects: RedirectUriProfile = {
  loopback: false,
  reverseDomainSchemes: false,
  schemes: [],
};

/**
 * HTTPS, loopback and reverse-domain schemes: what native applications are told to use.
 * @see RFC 8252 section 7 https://www.rfc-editor.org/rfc/rfc8252#section-7
 */
export const nativeRedirects: RedirectUriProfile = {
  loopback: true,
  reverseDomainSchemes: true,
  schemes: [],
};

/** Native, and the schemes that editors with an MCP client are known to register. Extend it with a spread. */
export const mcpRedirects: RedirectUriProfile = {
  ...nativeRedirects,
  schemes: ["claude", "cursor", "vscode", "vscode-insiders", "windsurf"],
};
