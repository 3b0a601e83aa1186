import { hashOf, randomText } from "./random.js";

/** Who is signed in. */
export interface Operator {
  /** The name, for the audit log. */
  readonly name: string;
  /** What each form of theirs must carry. */
  readonly formToken: string;
  /** Whether they can sign out here. */
  readonly hasSession: boolean;
}

/** How long somebody stays signed in, whatever they do. */
export const SESSION_SECONDS = 8 * 3600;
/** The oldest session ends when there are more. */
const MOST_SESSIONS = 32;

/** Who is signed in, in memory: a restart signs everybody out. */
export interface Sessions {
  /** Begins a session, and returns what the cookie holds. */
  begin(name: string): string;
  /** The operator of a cookie. */
  find(id: string): Operator | undefined;
  /** Ends a session. */
  end(id: string): void;
}

/** @param clock milliseconds since the epoch */
export function openSessions(clock: () => number): Sessions {
  const sessions = new Map<string, { readonly operator: Operator; readonly endsAt: number }>();
  return {
    begin(name) {
      const id = randomText();
      const operator = { name, formToken: randomText(), hasSession: true };
      sessions.set(hashOf(id), { operator, endsAt: clock() + SESSION_SECONDS * 1000 });
      for (const hash of sessions.keys()) if (sessions.size > MOST_SESSIONS) sessions.delete(hash);
      return id;
    },
    find(id) {
      const hash = hashOf(id);
      const session = sessions.get(hash);
      if (session && session.endsAt > clock()) return session.operator;
      sessions.delete(hash);
      return undefined;
    },
    end: (id) => void sessions.delete(hashOf(id)),
  };
}
