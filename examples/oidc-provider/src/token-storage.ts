import type { Adapter, AdapterPayload } from "oidc-provider";

interface Stored {
  readonly model: string;
  readonly payload: AdapterPayload;
  readonly expiresAt: number;
}

/** Everything of oidc-provider but its clients, in the memory of this process. */
export class TokenStorage {
  readonly #stored = new Map<string, Stored>();

  /** Whether the client can still come back by itself. */
  hasRefreshToken(clientId: string): boolean {
    return this.#all().some(
      ([, { model, payload }]) =>
        model === "RefreshToken" && payload.clientId === clientId && payload.consumed === undefined,
    );
  }

  endAllOf(clientId: string): void {
    this.#delete(({ payload }) => payload.clientId === clientId);
  }

  /** The storage of one model of oidc-provider. */
  adapter(model: string): Adapter {
    const keyOf = (id: string) => `${model}:${id}`;
    const find = (id: string) => this.#all().find(([key]) => key === keyOf(id))?.[1].payload;
    const findBy = (member: "uid" | "userCode", value: string) =>
      this.#all().find(([, stored]) => stored.model === model && stored.payload[member] === value)?.[1]
        .payload;
    return {
      upsert: (id, payload, expiresIn = Infinity) => {
        this.#stored.set(keyOf(id), { model, payload, expiresAt: Date.now() + expiresIn * 1000 });
        return Promise.resolve();
      },
      find: (id) => Promise.resolve(find(id)),
      findByUid: (uid) => Promise.resolve(findBy("uid", uid)),
      findByUserCode: (userCode) => Promise.resolve(findBy("userCode", userCode)),
      consume: (id) => {
        Object.assign(find(id) ?? {}, { consumed: Math.floor(Date.now() / 1000) });
        return Promise.resolve();
      },
      destroy: (id) => {
        this.#stored.delete(keyOf(id));
        return Promise.resolve();
      },
      revokeByGrantId: (grantId) => {
        this.#delete(({ payload }) => payload.grantId === grantId);
        return Promise.resolve();
      },
    };
  }

  #all(): [string, Stored][] {
    this.#delete(({ expiresAt }) => expiresAt <= Date.now());
    return [...this.#stored];
  }

  #delete(isOver: (stored: Stored) => boolean): void {
    for (const [key, stored] of this.#stored) if (isOver(stored)) this.#stored.delete(key);
  }
}
