import { hashOf, randomText } from "./random.js";

/** Random secrets that stand for something, in memory, until they expire. */
export interface ExpiringSecrets<Value> {
  /** Makes a secret. The oldest ends when there are too many. */
  make(value: Value): string;
  /** What a secret stands for. `undefined` for one that has ended or was never made. */
  find(secret: string): Value | undefined;
  /** Ends a secret. `false` for one that has ended or was never made. */
  end(secret: string): boolean;
}

/**
 * @param clock milliseconds since the epoch
 * @param options.most how many there are at most
 * @param options.seconds how long each lasts, whatever is done with it
 * @param options.idleSeconds how long each lasts since it was last found; default: `seconds`
 */
export function expiringSecrets<Value>(
  clock: () => number,
  options: { readonly most: number; readonly seconds: number; readonly idleSeconds?: number },
): ExpiringSecrets<Value> {
  const { most, seconds, idleSeconds = seconds } = options;
  /** By the hash of the secret, the oldest first. */
  const entries = new Map<string, { readonly value: Value; readonly endsAt: number; idleAt: number }>();

  function find(secret: string): Value | undefined {
    const entry = entries.get(hashOf(secret));
    const now = clock();
    if (!entry || entry.endsAt <= now || entry.idleAt <= now) return undefined;
    entry.idleAt = now + idleSeconds * 1000;
    return entry.value;
  }

  return {
    make(value) {
      const secret = randomText();
      const now = clock();
      const times = { endsAt: now + seconds * 1000, idleAt: now + idleSeconds * 1000 };
      entries.set(hashOf(secret), { value, ...times });
      for (const hash of entries.keys()) if (entries.size > most) entries.delete(hash);
      return secret;
    },
    find,
    end: (secret) => find(secret) !== undefined && entries.delete(hashOf(secret)),
  };
}
