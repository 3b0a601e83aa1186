// What must compile, and what must not: `npx tsc -p tests` judges this file, and running it shows nothing more.
import { expectTypeOf, test } from "vitest";
import {
  createClientRegistration,
  mcpPreset,
  openRegistration,
  protectedRegistration,
  tokenGatedPreset,
  type AuditEvent,
  type ClientMetadata,
  type ClientRegistration,
  type ClientRegistrationOptions,
  type Failure,
  type Registration,
  type RegistrationStore,
  type Result,
} from "../src/index.js";
import type { AssessedClientMetadata } from "../src/client-metadata/client-metadata.js";
import { clientIdMetadataDocuments } from "../src/client-id-metadata-document/index.js";
import type { GuardedFetch } from "../src/guarded-fetch/index.js";
import { memoryRateLimiter, memoryStore } from "../src/memory.js";
import { holdForApproval, limitScopes, type RegistrationPolicy } from "../src/policy/index.js";
import { redirectUriPolicy } from "../src/redirect-uri/index.js";

const rateLimiter = memoryRateLimiter({ limit: 1, windowSeconds: 1 });
const parts = { store: memoryStore(), audit: () => undefined };
/** Is compiled, and never called. */
const compiled = (code: () => unknown): void => void expectTypeOf(code).toBeFunction();

test("a registration is built from a preset and three parts", () => {
  compiled(() => {
    const registration = createClientRegistration({
      ...mcpPreset({ issuer: "https://as.example" }),
      access: openRegistration({ rateLimiter }),
      ...parts,
    });
    expectTypeOf(registration).toEqualTypeOf<ClientRegistration>();
    // A preset that answers who may register needs no `access`.
    createClientRegistration({ ...tokenGatedPreset({ issuer: "https://as.example" }), ...parts });
  });
});

test("an option that does not exist does not compile", () => {
  compiled(() => {
    const preset = mcpPreset({ issuer: "https://as.example" });
    // @ts-expect-error -- rateLimitter
    protectedRegistration({ rateLimitter: rateLimiter });
    // @ts-expect-error -- deniedHost
    redirectUriPolicy({ deniedHost: ["evil.example"] });
    // @ts-expect-error -- acces is no option
    createClientRegistration({ ...preset, ...parts, acces: protectedRegistration() });
    // @ts-expect-error -- unusedTTL
    createClientRegistration({ ...preset, ...parts, lifecycle: { unusedTTL: 1 } });
    // @ts-expect-error -- everybody
    createClientRegistration({ ...preset, ...parts, policies: { everybody: [] } });
    // @ts-expect-error -- anonymous
    limitScopes({ anonymous: ["read"] });
  });
});

test("what is missing does not compile", () => {
  compiled(() => {
    // @ts-expect-error -- no rate limiter
    openRegistration({});
    // @ts-expect-error -- no options
    openRegistration();
    // @ts-expect-error -- no issuer
    mcpPreset({ scopes_supported: ["read"] });
    // @ts-expect-error -- no audit
    createClientRegistration({ ...mcpPreset({ issuer: "https://as.example" }), store: memoryStore() });
    // @ts-expect-error -- no guardedFetch
    clientIdMetadataDocuments({ admission: [] });
    // @ts-expect-error -- no revokeTokens
    const options: Partial<ClientRegistrationOptions> = { clientManagement: { operations: ["read"] } };
    return options;
  });
});

test("documents of clients come from their factory, not from its options", () => {
  compiled((guardedFetch?: GuardedFetch) => {
    // @ts-expect-error -- the options of clientIdMetadataDocuments()
    const options: Partial<ClientRegistrationOptions> = { clientIdMetadataDocuments: { guardedFetch } };
    return options;
  });
});

test("an answer is looked at before it is used", () => {
  type Answer = Awaited<ReturnType<ClientRegistration["registerClient"]>>;
  expectTypeOf<Answer>().toEqualTypeOf<Result<Registration, Failure>>();
  compiled((answer?: Answer) => {
    // @ts-expect-error -- it may be an error
    return answer!.value;
  });
});

test("metadata that no rule has judged is not taken for metadata that was", () => {
  expectTypeOf<ClientMetadata>().not.toExtend<AssessedClientMetadata>();
  expectTypeOf<AssessedClientMetadata>().toExtend<ClientMetadata>();
});

test("a policy answers with one of the verdicts, at once", () => {
  compiled(() => {
    // @ts-expect-error -- no such verdict
    const allow: RegistrationPolicy = { name: "allow", judge: () => ({ verdict: "allow" }) };
    // @ts-expect-error -- a promise is no verdict
    const slow: RegistrationPolicy = { name: "slow", judge: () => Promise.resolve({ verdict: "accept" }) };
    // @ts-expect-error -- a promise is no boolean
    return [allow, slow, holdForApproval({ when: () => Promise.resolve(true) })];
  });
});

test("a store has every transition", () => {
  expectTypeOf(memoryStore()).toExtend<RegistrationStore>();
  compiled((store?: Omit<RegistrationStore, "findExpiredClients">) => {
    // @ts-expect-error -- findExpiredClients is missing
    const whole: RegistrationStore = store!;
    return whole;
  });
});

test("an audit event is told apart by its type", () => {
  compiled((event?: AuditEvent) => {
    if (event?.type === "client_registered") {
      expectTypeOf(event.clientId).toEqualTypeOf<string>();
      expectTypeOf(event.changes).not.toEqualTypeOf<undefined>();
    }
    if (event?.type === "registration_refused") {
      expectTypeOf(event.reason).toEqualTypeOf<Failure["kind"]>();
      expectTypeOf(event.clientId).toEqualTypeOf<string | undefined>();
    }
  });
});
