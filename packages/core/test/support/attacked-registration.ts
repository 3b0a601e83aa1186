import type { ClientRegistrationOptions } from "../../src/configuration/options.js";
import type { InitialAccessTokenConstraints } from "../../src/store/records.js";
import type { JsonObject } from "../../src/lib/json.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { tokenGatedPreset } from "../../src/configuration/presets.js";
import { memoryStore } from "../../src/store/memory-store.js";
import type { RegisteredClient } from "../../src/store/records.js";
import {
  managedRegistration,
  PUBLIC,
  updateOf,
  type Answer,
  type ManagedRegistration,
  type Registered,
} from "./managed-registration.js";

export const ENDPOINT = "https://as.example/register";
export const SERVER = { issuer: "https://as.example", scopes_supported: ["read", "write", "admin"] };

/** Both ways in: anybody may register, or whoever has an initial access token. */
export const PRESETS = { mcpPreset, tokenGatedPreset } as const;
export type PresetName = keyof typeof PRESETS;
export const PRESET_NAMES = Object.keys(PRESETS) as readonly PresetName[];

/** What became of an attack. */
export interface Attempt {
  readonly by: "registration" | "update";
  readonly answer: Answer;
  /** What the store was given; missing when nothing was written. */
  readonly record: RegisteredClient | undefined;
}

export interface AttackedRegistration extends Omit<ManagedRegistration, "post"> {
  /** Every record that the store was ever given, in order. */
  readonly written: readonly RegisteredClient[];
  /** Sends a body to the registration endpoint, with a token where this server wants one. */
  readonly post: (body: unknown, constraints?: InitialAccessTokenConstraints) => Promise<Answer>;
  /** Registers an innocent client. */
  readonly innocent: (body?: object, constraints?: InitialAccessTokenConstraints) => Promise<Victim>;
  readonly put: (client: Registered & JsonObject, change: object) => Promise<Answer>;
  readonly record: (clientId: string) => Promise<RegisteredClient>;
  /** The same attack twice: over a good registration, and over a good update of an innocent client. */
  readonly attempts: (attack: object, constraints?: InitialAccessTokenConstraints) => Promise<Attempt[]>;
}

export type Victim = Registered & JsonObject;

export function attackedRegistration(
  presetName: PresetName = "mcpPreset",
  options: Partial<ClientRegistrationOptions> = {},
): AttackedRegistration {
  const written: RegisteredClient[] = [];
  const memory = memoryStore();
  const managed = managedRegistration({
    ...PRESETS[presetName](SERVER),
    lifecycle: {},
    quotas: {},
    maxBodyBytes: 65_536,
    // Each client is one of its own here: these tests read, change and delete it.
    idempotentRegistration: false,
    ...options,
    store: {
      ...memory,
      createClient(client, guards) {
        written.push(structuredClone(client));
        return memory.createClient(client, guards);
      },
      replaceClient(client, expectedVersion) {
        written.push(structuredClone(client));
        return memory.replaceClient(client, expectedVersion);
      },
    },
  });

  async function post(body: unknown, constraints?: InitialAccessTokenConstraints): Promise<Answer> {
    const isOpen = presetName === "mcpPreset" && constraints === undefined;
    const token = isOpen
      ? undefined
      : (await managed.registration.initialAccessTokens.issue(constraints)).token;
    return managed.send("POST", ENDPOINT, token, body);
  }

  async function innocent(
    body: object = PUBLIC,
    constraints?: InitialAccessTokenConstraints,
  ): Promise<Victim> {
    const answer = await post(body, constraints);
    if (answer.status !== 201) throw new Error(answer.text);
    return answer.body as Victim;
  }

  const put = (client: Victim, change: object) =>
    managed.send("PUT", client.registration_client_uri, client.registration_access_token, {
      ...updateOf(client),
      ...change,
    });

  return {
    ...managed,
    written,
    post,
    innocent,
    put,
    async record(clientId) {
      const client = await memory.findClient(clientId);
      if (!client) throw new Error("no such client");
      return client;
    },
    async attempts(attack, constraints) {
      const registered = await outcome("registration", () => post({ ...PUBLIC, ...attack }, constraints));
      const victim = await innocent(PUBLIC, constraints);
      return [registered, await outcome("update", () => put(victim, attack))];
    },
  };

  async function outcome(by: Attempt["by"], attack: () => Promise<Answer>): Promise<Attempt> {
    const before = written.length;
    const answer = await attack();
    return { by, answer, record: written[before] };
  }
}

/** The scope tokens on a record. */
export function scopesOf(record: RegisteredClient | undefined): readonly string[] {
  return record?.metadata.scope?.split(" ") ?? [];
}
