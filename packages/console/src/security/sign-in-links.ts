import { hashOf, randomText } from "./random.js";

/** How long a link can be used. */
export const LINK_SECONDS = 600;
/** The oldest link ends when there are more. */
const MOST_LINKS = 5;

/** Tokens of links that sign somebody in, each once. */
export interface SignInLinks {
  /** A new token. */
  make(): string;
  /** Whether the token can still be used. */
  isGood(token: string): boolean;
  /** Uses the token up. `false` for one that was used, has expired or was never made. */
  spend(token: string): boolean;
}

/** @param clock milliseconds since the epoch */
export function signInLinks(clock: () => number): SignInLinks {
  /** When each ends, by its hash, the oldest first. */
  const links = new Map<string, number>();
  const isGood = (token: string): boolean => (links.get(hashOf(token)) ?? 0) > clock();
  return {
    make() {
      const token = randomText();
      links.set(hashOf(token), clock() + LINK_SECONDS * 1000);
      for (const hash of links.keys()) if (links.size > MOST_LINKS) links.delete(hash);
      return token;
    },
    isGood,
    spend: (token) => isGood(token) && links.delete(hashOf(token)),
  };
}
