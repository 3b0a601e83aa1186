import { expect } from "vitest";
import type { ServerProcess } from "../../support/oauth-dcr-process.js";

/** How one registration ended. */
export interface Answer {
  /** Which of the servers was asked. */
  readonly server: number;
  /** 0 for a connection that broke. */
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: Readonly<Record<string, unknown>>;
  /** The name of the client, which no other has. */
  readonly name: string;
}

/** Registrations that go on, whatever is answered, until they are stopped. */
export interface Registrations {
  /**
   * Waits for so many answers of that status to requests that are sent from now on, from one of the servers or any.
   * Answers what was sent and answered meanwhile.
   */
  more(status: number, count: number, server?: number): Promise<readonly Answer[]>;
  /** Every answer. */
  stop(): Promise<readonly Answer[]>;
}

/** Longer than any answer may take, and longer than it takes to recover. */
const HANGS_MILLISECONDS = 60_000;

const AT_ONCE = 4;

/**
 * Registers at the servers in turn. An entry may be replaced by the process that comes after it.
 *
 * @param how members of the metadata beside redirect URIs and a name, and the initial access token
 */
export function keepRegistering(
  servers: readonly ServerProcess[],
  how: { readonly members?: object; readonly token?: string } = {},
): Registrations {
  const answers: Answer[] = [];
  const watchers = new Set<(answer: Answer, number: number) => void>();
  let sent = 0;
  let isStopped = false;

  async function work(): Promise<void> {
    while (!isStopped) {
      const number = (sent += 1);
      const server = number % servers.length;
      const answer = { server, ...(await register(servers[server]!.origin, `Client ${number}`, how)) };
      answers.push(answer);
      for (const watch of watchers) watch(answer, number);
    }
  }

  const workers = Promise.all(Array.from({ length: AT_ONCE }, work));

  return {
    async more(status, count, server) {
      const since = sent;
      const seen: Answer[] = [];
      let missing = count;
      let watch: (answer: Answer, number: number) => void = () => undefined;
      let late: NodeJS.Timeout | undefined;
      try {
        await new Promise<void>((resolve, reject) => {
          watch = (answer, number) => {
            if (number <= since) return;
            seen.push(answer);
            if (answer.status !== status || (server ?? answer.server) !== answer.server) return;
            if ((missing -= 1) === 0) resolve();
          };
          watchers.add(watch);
          late = setTimeout(() => {
            reject(new Error(`${status} is missing ${missing} times in ${JSON.stringify(statuses(seen))}`));
          }, HANGS_MILLISECONDS);
          workers.catch(reject);
        });
        return seen;
      } finally {
        clearTimeout(late);
        watchers.delete(watch);
      }
    },
    async stop() {
      isStopped = true;
      await workers;
      return answers;
    },
  };
}

/** @throws for an answer that does not come */
async function register(
  origin: string,
  name: string,
  { members, token }: { readonly members?: object; readonly token?: string },
): Promise<Omit<Answer, "server">> {
  const signal = AbortSignal.timeout(HANGS_MILLISECONDS);
  try {
    const response = await fetch(`${origin}/register`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ redirect_uris: ["http://127.0.0.1/callback"], client_name: name, ...members }),
      signal,
    });
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, retryAfter: response.headers.get("retry-after"), body, name };
  } catch (error) {
    if (signal.aborted) throw error;
    return { status: 0, retryAfter: null, body: {}, name };
  }
}

/** How often each status was answered. */
export function statuses(answers: readonly Answer[]): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Says when to come again, and nothing of what is behind it. */
export function expectUnavailable({ status, retryAfter, body }: Omit<Answer, "server" | "name">): void {
  expect(status).toBe(503);
  expect(Number(retryAfter)).toBeGreaterThan(0);
  expect(body).toEqual({
    error: "temporarily_unavailable",
    error_description: "registration is not available at the moment",
  });
}
