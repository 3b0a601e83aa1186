/** What one registration was answered. */
export interface Answer {
  readonly target: Target;
  /** The `client_name` that it sent; no other sends the same. */
  readonly name: string;
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Target {
  readonly origin: string;
  readonly callers: Callers;
}

/** Who registers, at one target or at several. */
export interface Callers {
  /** How many of their registrations were served: answered anything but a 503. */
  served: number;
  /** What the next one sends. */
  headers(served: number): Readonly<Record<string, string>>;
}

export interface RegistrationLoad {
  /** In the order of their arrival. */
  readonly answers: readonly Answer[];
  /** Is done once so many more have registered at each target. Rejects when a request fails, as the others do. */
  registered(count: number): Promise<void>;
  /** Is done once an answer has come since which `condition` holds. */
  until(condition: () => boolean): Promise<void>;
  /** Is done once each of those who register has an answer to a request that it began after this call. */
  round(): Promise<readonly Answer[]>;
  /** Is done when the last answer is there. */
  stop(): Promise<void>;
}

/**
 * Registers at every target without a pause, `atOnce` at a time at each.
 *
 * @param longestMilliseconds in which every request must have its answer
 */
export function startRegistrations(
  label: string,
  targets: readonly Target[],
  { atOnce, longestMilliseconds }: { readonly atOnce: number; readonly longestMilliseconds: number },
): RegistrationLoad {
  const answers: Answer[] = [];
  const watchers = new Set<() => void>();
  let isStopped = false;
  let failure: Error | undefined;
  let number = 0;

  async function register(target: Target): Promise<Answer> {
    const name = `${label} ${(number += 1)}`;
    const response = await fetch(`${target.origin}/register`, {
      method: "POST",
      headers: { "content-type": "application/json", ...target.callers.headers(target.callers.served) },
      body: JSON.stringify({
        redirect_uris: [`http://127.0.0.1:3118/callback/${number}`],
        token_endpoint_auth_method: number % 2 === 0 ? "none" : "client_secret_basic",
        client_name: name,
      }),
      signal: AbortSignal.timeout(longestMilliseconds),
    });
    const body = (await response.json()) as Answer["body"];
    return { target, name, status: response.status, retryAfter: response.headers.get("retry-after"), body };
  }

  const registered = targets.map(() => 0);
  const workers = targets.flatMap((target, index) =>
    Array.from({ length: atOnce }, () => startWorker(target, index)),
  );

  function startWorker(target: Target, index: number) {
    const worker = { answered: 0, last: undefined as Answer | undefined };
    async function work(): Promise<void> {
      while (!isStopped && !failure) {
        const answer = await register(target);
        answers.push(answer);
        worker.last = answer;
        worker.answered += 1;
        if (answer.status !== 503) target.callers.served += 1;
        if (answer.status === 201) registered[index]! += 1;
        for (const watcher of watchers) watcher();
      }
    }
    const done = work().catch((cause: unknown) => {
      failure ??= new Error(`a registration at ${target.origin} failed`, { cause });
      for (const watcher of watchers) watcher();
    });
    return { worker, done };
  }

  function when(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const watcher = (): void => {
        if (!failure && !condition()) return;
        watchers.delete(watcher);
        if (failure) reject(failure);
        else resolve();
      };
      watchers.add(watcher);
      watcher();
    });
  }

  return {
    answers,
    registered(count) {
      const goals = registered.map((before) => before + count);
      return when(() => registered.every((now, index) => now >= goals[index]!));
    },
    until: when,
    async round() {
      // The one that is under way now, and the next, which is begun after this call.
      const goals = workers.map(({ worker }) => worker.answered + 2);
      await when(() => workers.every(({ worker }, index) => worker.answered >= goals[index]!));
      return workers.flatMap(({ worker }) => worker.last ?? []);
    },
    async stop() {
      isStopped = true;
      await Promise.all(workers.map(({ done }) => done));
      if (failure) throw failure;
    },
  };
}
