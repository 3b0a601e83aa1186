/** Sends one request. The global `fetch` is one, and so is the `fetch` method of a server that runs in this process. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Options of `conformance` and `checkAuthorizationServer`. */
export interface ConformanceOptions {
  /**
   * Initial access token (RFC 7591 section 3). It is sent only to the registration endpoint, and only if that has the
   * origin of the issuer or is the value of `registrationEndpoint`. With a token for a single use, most checks are
   * skipped.
   */
  readonly initialAccessToken?: string;
  /**
   * The registration endpoint, for a server without discovery, or with an endpoint at another origin than the issuer.
   * Default: the one in the metadata.
   */
  readonly registrationEndpoint?: string;
  /** Sends the requests. Default: the global `fetch`. */
  readonly fetch?: Fetch;
  /** The most requests to send, including deletions. Default 200, at least 20. */
  readonly maxRequests?: number;
  /** How long one request may take, its answer included, in seconds. Default 10. */
  readonly timeoutSeconds?: number;
  /** How long all checks may take, in seconds. Default 300. Deletions may take 30 seconds more. */
  readonly deadlineSeconds?: number;
  /** The longest total wait that the server may ask for with `Retry-After`, in seconds. Default 60. */
  readonly maxWaitSeconds?: number;
}

/** The options with their defaults. */
export interface Settings {
  readonly url: string;
  readonly initialAccessToken: string | undefined;
  readonly registrationEndpoint: string | undefined;
  readonly fetch: Fetch;
  readonly maxRequests: number;
  readonly timeoutSeconds: number;
  readonly deadlineSeconds: number;
  readonly maxWaitSeconds: number;
}

const NAMES = [
  "initialAccessToken",
  "registrationEndpoint",
  "fetch",
  "maxRequests",
  "timeoutSeconds",
  "deadlineSeconds",
  "maxWaitSeconds",
] satisfies (keyof ConformanceOptions)[];

/** An invalid URL or option. `code` is stable across releases; the message may change. */
export class ConformanceOptionError extends TypeError {
  /** `ERR_URL` for a URL that cannot be checked, `ERR_OPTION` for an option. */
  readonly code: "ERR_URL" | "ERR_OPTION";

  constructor(code: "ERR_URL" | "ERR_OPTION", message: string) {
    super(message);
    this.name = "ConformanceOptionError";
    this.code = code;
  }
}

/** @throws ConformanceOptionError for an invalid URL or option */
export function readOptions(url: string, options: ConformanceOptions): Settings {
  const unknown = Object.keys(options).find((name) => !NAMES.some((known) => known === name));
  if (unknown !== undefined) {
    throw new ConformanceOptionError(
      "ERR_OPTION",
      `unknown option ${unknown}; the options are ${NAMES.join(", ")}`,
    );
  }
  const { initialAccessToken, registrationEndpoint } = options;
  requireUrl("the URL", url);
  if (url.includes("?") || url.includes("/.well-known/")) {
    throw new ConformanceOptionError(
      "ERR_URL",
      "the URL must be the issuer, without a query and without /.well-known/",
    );
  }
  if (registrationEndpoint !== undefined) requireUrl("registrationEndpoint", registrationEndpoint);
  if (initialAccessToken !== undefined && !/^[A-Za-z0-9._~+/-]+=*$/.test(initialAccessToken)) {
    throw new ConformanceOptionError(
      "ERR_OPTION",
      "initialAccessToken: must be a Bearer token (RFC 6750 section 2.1), without spaces",
    );
  }
  return {
    url,
    initialAccessToken,
    registrationEndpoint,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    maxRequests: numberOf("maxRequests", options.maxRequests ?? 200, 20, 1_000),
    timeoutSeconds: numberOf("timeoutSeconds", options.timeoutSeconds ?? 10, 1, 120),
    deadlineSeconds: numberOf("deadlineSeconds", options.deadlineSeconds ?? 300, 1, 3_600),
    maxWaitSeconds: numberOf("maxWaitSeconds", options.maxWaitSeconds ?? 60, 0, 3_600),
  };
}

function requireUrl(name: string, value: string): void {
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  const isHttp = parsed?.protocol === "https:" || parsed?.protocol === "http:";
  if (isHttp && parsed.username === "" && parsed.password === "" && !value.includes("#")) return;
  throw new ConformanceOptionError(
    "ERR_URL",
    `${name} must be an absolute http or https URL, without user name and fragment`,
  );
}

function numberOf(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ConformanceOptionError("ERR_OPTION", `${name}: must be a whole number from ${least} to ${most}`);
}
