import { describe, expect, test } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import { MisuseError } from "../../src/lib/misuse.js";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { limitScopes } from "../../src/policy/limit-scopes.js";
import type {
  PolicyVerdict,
  RegistrationPolicy,
  RegistrationProposal,
} from "../../src/policy/registration-policy.js";
import { requireConsent } from "../../src/policy/require-consent.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { managedRegistration, PUBLIC, textOf, updateOf } from "../support/managed-registration.js";

const REGISTER = "https://as.example/register";

function policy(name: string, judge: (proposal: RegistrationProposal) => PolicyVerdict): RegistrationPolicy {
  return { name, judge };
}

const noFax = policy("no-fax", ({ metadata }) =>
  metadata.client_name?.includes("fax")
    ? { verdict: "refuse", member: "client_name", reason: "must not be a fax" }
    : { verdict: "accept" },
);

describe("policies", () => {
  test("of the source of a registration judge it, in their order, and their names stay on the record", async () => {
    const order: string[] = [];
    const noting = (name: string) =>
      policy(name, ({ origin, action }) => {
        order.push(`${name} ${action} ${origin.source}`);
        return { verdict: "accept" };
      });
    const policies = {
      every: [noting("first")],
      open: [noting("for-open"), requireConsent()],
      initialAccessToken: [noting("for-token")],
      named: [noting("named"), noting("not-named")],
    };
    const { register, store, registration } = managedRegistration({ policies });
    const open = await register();
    expect(await store.findClient(open.client_id)).toMatchObject({
      requirements: { consent: true, pkce: true },
      origin: { policies: ["first", "for-open", "require_consent"] },
    });
    const { token } = await registration.initialAccessTokens.issue({ policies: ["named"] });
    const byToken = await register(PUBLIC, { authorization: `Bearer ${token}` });
    expect(await store.findClient(byToken.client_id)).toMatchObject({
      requirements: { pkce: true },
      origin: { policies: ["first", "for-token", "named"] },
    });
    expect(order).toEqual([
      "first register open",
      "for-open register open",
      "first register initial_access_token",
      "for-token register initial_access_token",
      "named register initial_access_token",
    ]);
  });

  test("R7592-21: judge an update by the rules of the client's own source, whatever they are for others", async () => {
    const policies = { open: [noFax] };
    const { register, send, store } = managedRegistration({ policies });
    const client = await register();
    const answer = await send("PUT", client.registration_client_uri, client.registration_access_token, {
      ...updateOf(client),
      client_name: "A fax",
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: "invalid_client_metadata",
      error_description: "client_name must not be a fax (policy.refused)",
    });
    expect((await store.findClient(client.client_id))?.version).toBe(1);
  });

  test("that are gone let nobody change what they had admitted", async () => {
    const store = memoryStore();
    const first = managedRegistration({ store, policies: { open: [noFax] } });
    const client = await first.register();
    const second = managedRegistration({ store });
    const { registration_client_uri: uri, registration_access_token: token } = client;
    const answer = await second.send("PUT", uri, token, updateOf(client));
    expect([answer.status, answer.body["error"]]).toEqual([403, "access_denied"]);
    expect(second.events.at(-1)).toMatchObject({ reason: "unknown_policy" });
    const { token: bound } = await first.registration.initialAccessTokens.issue({ policies: ["no-fax"] });
    await expect(second.registration.initialAccessTokens.issue({ policies: ["no-fax"] })).rejects.toThrow(
      MisuseError,
    );
    expect((await second.send("POST", REGISTER, bound, PUBLIC)).status).toBe(403);
    expect((await first.send("POST", REGISTER, bound, PUBLIC)).status).toBe(201);
  });

  test("R7591-30: may narrow the scope, and what they leave is what is registered and answered", async () => {
    const policies = { open: [limitScopes({ open: ["read"] })] };
    const { register } = managedRegistration({ policies });
    expect((await register({ ...PUBLIC, scope: "read write" }))["scope"]).toBe("read");
  });

  test.each([
    ["adds a scope", { scope: "read write admin" }],
    ["adds a redirect URI", { redirect_uris: ["https://app.example/callback", "https://evil.example/"] }],
    ["breaks a rule", { logo_uri: "javascript:alert(1)" }],
    ["adds a grant", { grant_types: ["authorization_code", "client_credentials"] }],
  ])("of which one %s register nothing", async (_what, change) => {
    const wrong = policy("wrong", ({ metadata }) => ({
      verdict: "change",
      metadata: { ...metadata, ...change },
    }));
    const errors: unknown[] = [];
    const { send, events } = managedRegistration({
      policies: { every: [wrong] },
      onError: (error) => void errors.push(error),
    });
    const answer = await send("POST", REGISTER, undefined, { ...PUBLIC, scope: "read" });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain("wrong");
    expect(events).toMatchObject([{ type: "registration_refused", reason: "defect" }]);
    expect(errors).toHaveLength(1);
  });

  test("hold a client until an operator approves it: till then it can do nothing but read, change and delete itself", async () => {
    const { register, registration, store, send, events } = managedRegistration({
      policies: { open: [holdForApproval({ reason: "new here" })] },
    });
    const client = await register();
    expect(events).toMatchObject([
      { type: "client_registered", status: "awaiting_approval", heldBecause: "new here" },
    ]);
    expect(JSON.stringify(client)).not.toContain("new here");
    const { registration_client_uri: uri, registration_access_token: token } = client;
    const found = await store.findClient(client.client_id);
    if (!found) throw new Error("lost");
    expect(found.status).toBe("awaiting_approval");
    const lookup = await registration.findClient(client.client_id);
    expect(lookup).toEqual({ ok: false, error: { kind: "awaiting_approval" } });
    expect(registration.allowsRedirectUri(found, PUBLIC.redirect_uris[0] ?? "")).toBe(false);
    const mended = await send("PUT", uri, token, updateOf(client));
    expect(mended.status).toBe(200);
    expect(await registration.findClient(client.client_id)).toEqual(lookup);
    expect(await registration.approveClient(client.client_id)).toBe(true);

    // A renewal of the token asks for nothing new; a change does.
    const rotated = textOf(mended.body, "registration_access_token");
    const renewed = await send("PUT", uri, rotated, updateOf(client));
    expect(renewed.status).toBe(200);
    expect((await store.findClient(client.client_id))?.status).toBe("pending");
    const changed = await send("PUT", uri, textOf(renewed.body, "registration_access_token"), {
      ...updateOf(renewed.body),
      client_name: "Another",
    });
    expect(changed.status).toBe(200);
    expect((await store.findClient(client.client_id))?.status).toBe("awaiting_approval");
  });

  test("judge by token even where anybody may register", async () => {
    const { send, registration } = managedRegistration({
      access: openRegistration({ dangerouslyUnlimited: true, acceptInitialAccessTokens: true }),
      policies: { open: [noFax] },
    });
    const { token } = await registration.initialAccessTokens.issue();
    const fax = { ...PUBLIC, client_name: "A fax" };
    expect((await send("POST", REGISTER, undefined, fax)).status).toBe(400);
    expect((await send("POST", REGISTER, token, fax)).status).toBe(201);
  });
});
