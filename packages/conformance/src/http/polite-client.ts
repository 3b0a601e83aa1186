import { Skip, Stopped } from "../skip.js";
import type { Settings } from "../options.js";
import { shown } from "../shown-text.js";
import { described, retryAfter, type Answer } from "./answer.js";
import { parseBounded } from "./parse-bounded.js";
import { readBounded } from "./read-bounded.js";

/** How much of an answer is read, in bytes. */
const MOST_BYTES = 256 * 1024;
const CLEANUP_SECONDS = 30;

export const USER_AGENT = "oauth-dcr-conformance/0.1 (+checks of an OAuth registration server)";

/** One request. */
export interface Outgoing {
  /** What is special about it, for the report. */
  readonly what: string;
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends requests one after the other, within all bounds. */
export interface PoliteClient {
  /** All answers so far. */
  readonly answers: readonly Answer[];
  /** How many requests were sent. */
  readonly count: () => number;
  /** Why nothing more is sent. */
  readonly stopped: () => string | undefined;
  /** @throws Stopped when a bound is reached, Skip for another origin */
  readonly send: (request: Outgoing) => Promise<Answer>;
  /** As `send`, also after the checks have ended early. An answer with 429 is returned when waiting is no longer allowed. */
  readonly sendForCleanup: (request: Outgoing) => Promise<Answer>;
  /** Keeps one request back, for the deletion of a client. */
  readonly reserve: () => void;
}

export function politeClient(settings: Settings): PoliteClient {
  const { url, registrationEndpoint, maxRequests, maxWaitSeconds, deadlineSeconds } = settings;
  // The only origins that are ever asked: a hostile document must not lead the requests into a private network.
  const origins = new Set([url, registrationEndpoint ?? url].map((one) => new URL(one).origin));
  const endsAt = Date.now() + deadlineSeconds * 1000;
  const answers: Answer[] = [];
  let count = 0;
  let reserved = 0;
  let waited = 0;
  let stopped: string | undefined;

  const stop = (reason: string): Stopped => {
    stopped ??= reason;
    return new Stopped(`The checks ended early: ${stopped}`);
  };
  const requireOrigin = (to: string): void => {
    if (URL.canParse(to) && origins.has(new URL(to).origin)) return;
    throw new Skip(`${shown(to)} has another origin than the issuer, and was not asked`);
  };
  const exchange = async (request: Outgoing): Promise<Answer> => {
    count += 1;
    const answer = await exchanged(request, settings);
    answers.push(answer);
    return answer;
  };
  /** Waits as the server asks. `false` when it does not ask, or for longer than is allowed. */
  const hasWaited = async (answer: Answer): Promise<boolean> => {
    const seconds = waitOf(answer);
    if (waited + seconds > maxWaitSeconds) return false;
    waited += seconds;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    return true;
  };

  return {
    answers,
    count: () => count,
    stopped: () => stopped,
    reserve: () => void (reserved += 1),
    send: async (request) => {
      requireOrigin(request.url);
      for (;;) {
        if (stopped !== undefined) throw stop(stopped);
        if (count + reserved >= maxRequests)
          throw stop(`${maxRequests} requests were sent, as many as allowed`);
        if (Date.now() > endsAt) throw stop(`${deadlineSeconds} seconds have passed`);
        const answer = await exchange(request);
        if (!isLimited(answer)) return answer;
        if (!(await hasWaited(answer)))
          throw stop(`the server answered ${described(answer)} and ${wishOf(answer)}`);
      }
    },
    sendForCleanup: async (request) => {
      requireOrigin(request.url);
      reserved = Math.max(0, reserved - 1);
      for (;;) {
        if (count >= maxRequests) throw new Stopped(`${maxRequests} requests were sent, as many as allowed`);
        if (Date.now() > endsAt + CLEANUP_SECONDS * 1000) throw new Stopped("there was no time left");
        const answer = await exchange(request);
        if (!isLimited(answer) || !(await hasWaited(answer))) return answer;
      }
    },
  };
}

function isLimited({ status, headers }: Answer): boolean {
  return status === 429 || (status === 503 && headers.has("retry-after"));
}

/** How long the server asks to wait, in seconds; for ever when it does not say. */
function waitOf(answer: Answer): number {
  return Math.max(1, retryAfter(answer, Date.now()) ?? Infinity);
}

function wishOf(answer: Answer): string {
  const seconds = waitOf(answer);
  return Number.isFinite(seconds) ? `asks to wait ${seconds} seconds` : "does not say how long to wait";
}

async function exchanged(request: Outgoing, { fetch, timeoutSeconds }: Settings): Promise<Answer> {
  const { what, method, url, headers, body } = request;
  const said = `${method} ${what}`;
  try {
    const response = await fetch(url, {
      method,
      headers: { accept: "application/json", "user-agent": USER_AGENT, ...headers },
      ...(body !== undefined && { body }),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    const text = await readBounded(response, MOST_BYTES);
    return {
      request: said,
      status: response.status,
      headers: response.headers,
      text,
      json: parseBounded(text),
    };
  } catch (error) {
    const problem = problemOf(error, timeoutSeconds);
    return { request: said, status: 0, headers: new Headers(), text: "", json: undefined, problem };
  }
}

function problemOf(error: unknown, timeoutSeconds: number): string {
  const { name, message, cause } = error as { name?: unknown; message?: unknown; cause?: { code?: unknown } };
  if (name === "TimeoutError") return `nothing within ${timeoutSeconds} seconds`;
  return shown(cause?.code ?? message ?? name);
}
