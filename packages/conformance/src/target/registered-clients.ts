import { Skip } from "../skip.js";
import { described, isSuccess, objectIn, type Answer } from "../http/answer.js";
import type { PoliteClient } from "../http/polite-client.js";
import type { LeftBehindClient } from "../report.js";
import { shown } from "../shown-text.js";

/** The clients that the checks registered. */
export interface RegisteredClients {
  /** Remembers the client in an answer to a registration, if there is one. */
  readonly remember: (answer: Answer) => void;
  /** Takes a new registration access token of a client over. */
  readonly renew: (clientId: unknown, token: unknown) => void;
  /** Notes that a client is gone. */
  readonly forget: (clientId: unknown) => void;
  /** Deletes one client, or notes why that cannot be. */
  readonly remove: (clientId: unknown) => Promise<void>;
  /** Deletes all that are left. */
  readonly removeAll: () => Promise<void>;
  readonly leftBehind: () => readonly LeftBehindClient[];
}

interface Handle {
  readonly uri: unknown;
  token: unknown;
}

export function registeredClients(client: PoliteClient): RegisteredClients {
  const handles = new Map<unknown, Handle>();
  const leftBehind: LeftBehindClient[] = [];

  const problemOf = async ({ uri, token }: Handle): Promise<string | undefined> => {
    if (typeof uri !== "string" || typeof token !== "string") {
      return "the server gave no registration_client_uri and registration_access_token";
    }
    try {
      const answer = await client.sendForCleanup({
        what: "of a client, to clean up",
        method: "DELETE",
        url: uri,
        headers: { authorization: `Bearer ${headerSafe(token)}` },
      });
      return isSuccess(answer) ? undefined : `DELETE was answered with ${described(answer)}`;
    } catch (error) {
      if (error instanceof Skip) return error.message;
      throw error;
    }
  };
  const remove = async (clientId: unknown): Promise<void> => {
    const handle = handles.get(clientId);
    if (!handle) return;
    handles.delete(clientId);
    const reason = await problemOf(handle);
    if (reason !== undefined) leftBehind.push({ clientId: shown(clientId), reason });
  };

  return {
    remember: (answer) => {
      const {
        client_id: clientId,
        registration_client_uri: uri,
        registration_access_token: token,
      } = objectIn(answer);
      if (!isSuccess(answer)) return;
      if (clientId === undefined) {
        const reason = `${answer.request} was answered with ${answer.status}, without a client_id that could be read`;
        if (answer.status === 201) leftBehind.push({ clientId: "unknown", reason });
        return;
      }
      const known = handles.get(clientId);
      handles.set(clientId, { uri: uri ?? known?.uri, token: token ?? known?.token });
      if (!known && uri !== undefined) client.reserve();
    },
    renew: (clientId, token) => {
      const handle = handles.get(clientId);
      if (handle && typeof token === "string") handle.token = token;
    },
    forget: (clientId) => void handles.delete(clientId),
    remove,
    removeAll: async () => {
      for (const clientId of [...handles.keys()]) await remove(clientId);
    },
    leftBehind: () => leftBehind,
  };
}

/** A token of the server goes into a header: characters that a header cannot carry would throw there. */
export function headerSafe(token: string): string {
  return /^[\x21-\x7e]{1,4096}$/.test(token) ? token : "unusable";
}
