import { describe, expect, test } from "vitest";
import { allowRedirectHosts } from "../../src/policy/allow-redirect-hosts.js";
import { allowSoftwareIds } from "../../src/policy/allow-software-ids.js";
import { forbidDisplayUris } from "../../src/policy/forbid-display-uris.js";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { limitScopes } from "../../src/policy/limit-scopes.js";
import type { RegistrationPolicy } from "../../src/policy/registration-policy.js";
import { requirePkce } from "../../src/policy/require-pkce.js";
import { reserveNames } from "../../src/policy/reserved-names/reserve-names.js";
import { sameHostDisplayUris } from "../../src/policy/same-host-display-uris.js";
import { CONFIDENTIAL, managedRegistration, PUBLIC } from "../support/managed-registration.js";
import { attackedRegistration, PRESET_NAMES, type Victim } from "../support/attacked-registration.js";

const GOOD = { ...PUBLIC, software_id: "good", scope: "read" };

/** For each policy, changes that it would have refused of a new client. */
const REFUSING: readonly (readonly [RegistrationPolicy, readonly object[]])[] = [
  [
    allowRedirectHosts(["app.example"]),
    [
      { redirect_uris: ["https://evil.example/callback"] },
      { redirect_uris: [...PUBLIC.redirect_uris, "https://evil.example/callback"] },
      { post_logout_redirect_uris: ["https://evil.example/"] },
      { claims_redirect_uris: ["https://evil.example/"] },
    ],
  ],
  [
    allowSoftwareIds(["good"], { selfAsserted: true }),
    [{ software_id: "evil" }, { software_id: "" }, { software_id: undefined }, { software_id: "GOOD" }],
  ],
  [
    reserveNames(["Acme Bank"]),
    [
      { client_name: "Acme Bank" },
      { "client_name#ja": "ACME B\u0430nk" },
      { organization_name: "acme-bank" },
    ],
  ],
  [
    limitScopes({ open: ["read"], initialAccessToken: ["read"] }),
    [{ scope: "admin" }, { scope: "write admin" }],
  ],
  [
    forbidDisplayUris({ present: "refuse" }),
    [{ logo_uri: "https://app.example/x.png" }, { "tos_uri#de": "https://app.example/" }],
  ],
  [
    sameHostDisplayUris({ mismatch: "refuse" }),
    [{ logo_uri: "https://evil.example/x.png" }, { "policy_uri#de": "https://evil.example/" }],
  ],
];

describe.each(PRESET_NAMES)("R7592-21, Keycloak #49457, #52795: policies on update with %s", (preset) => {
  test.each(REFUSING.map(([policy, changes]) => [policy.name, policy, changes] as const))(
    "%s judges an update like a registration, and a refused one changes nothing",
    async (_name, policy, changes) => {
      const named = attackedRegistration(preset, { policies: { named: [policy] } });
      const every = attackedRegistration(preset, { policies: { every: [policy] } });
      for (const [registration, constraints] of [
        [every, undefined],
        [named, { policies: [policy.name] }],
      ] as const) {
        const victim = await registration.innocent(GOOD, constraints);
        const before = await registration.record(victim.client_id);
        for (const change of changes) {
          const what = JSON.stringify(change);
          expect((await registration.post({ ...GOOD, ...change }, constraints)).status, what).toBe(400);
          expect((await registration.put(victim, change)).status, what).toBe(400);
          expect(await registration.record(victim.client_id)).toEqual(before);
        }
        const same = await registration.put(victim, {});
        expect(same.status).toBe(200);
        const last = await registration.put(same.body as Victim, changes[0] ?? {});
        expect(last.status, "after an update that was served").toBe(400);
      }
    },
  );

  test("the constraints of an initial access token bind every update", async () => {
    const registration = attackedRegistration(preset);
    const constraints = { redirectHosts: ["app.example"], softwareIds: ["good"], scopes: ["read"] };
    let client = await registration.innocent(GOOD, constraints);
    for (let round = 0; round < 2; round++) {
      for (const change of [
        { redirect_uris: ["https://evil.example/callback"] },
        { redirect_uris: ["http://127.0.0.1/callback"] },
        { software_id: "evil" },
        { software_id: null },
      ]) {
        expect((await registration.put(client, change)).status).toBe(400);
      }
      const answer = await registration.put(client, { scope: "read write admin" });
      expect(answer.body["scope"]).toBe("read");
      client = answer.body as Victim;
    }
  });

  test("a change of client type is judged as what the client becomes, not as what it was", async () => {
    const confidentialAlone: RegistrationPolicy = {
      name: "confidential_without_refresh",
      judge: ({ metadata }) =>
        metadata.token_endpoint_auth_method !== "none" && metadata.grant_types?.includes("refresh_token")
          ? { verdict: "refuse", member: "grant_types", reason: "may not have that" }
          : { verdict: "accept" },
    };
    const registration = attackedRegistration(preset, { policies: { every: [confidentialAlone] } });
    const grant_types = ["authorization_code", "refresh_token"];
    expect((await registration.post({ ...CONFIDENTIAL, grant_types })).status).toBe(400);
    const client = await registration.innocent({ ...PUBLIC, grant_types });
    const { token_endpoint_auth_method } = CONFIDENTIAL;
    expect((await registration.put(client, { token_endpoint_auth_method })).status).toBe(400);
    expect((await registration.put(client, { token_endpoint_auth_method: undefined })).status).toBe(400);
    const { clientSecretHash } = await registration.record(client.client_id);
    expect(clientSecretHash).toBeUndefined();
  });

  test("what was approved is approved as it is: a change is held again, and no update lets what is held go", async () => {
    const registration = attackedRegistration(preset, { policies: { every: [holdForApproval()] } });
    const client = await registration.innocent();
    await registration.registration.approveClient(client.client_id);
    const same = await registration.put(client, {});
    expect((await registration.record(client.client_id)).status).toBe("pending");
    const changed = await registration.put(same.body as Victim, {
      redirect_uris: ["https://evil.example/callback"],
    });
    expect(changed.status).toBe(200);
    const record = await registration.record(client.client_id);
    expect(record.status).toBe("awaiting_approval");
    expect(registration.registration.allowsRedirectUri(record, "https://evil.example/callback")).toBe(false);
    expect((await registration.put(changed.body as Victim, PUBLIC)).status).toBe(200);
    expect((await registration.record(client.client_id)).status).toBe("awaiting_approval");
  });

  test("a requirement of a policy is on record after every update", async () => {
    const registration = attackedRegistration(preset, { policies: { every: [requirePkce()] } });
    const client = await registration.innocent(CONFIDENTIAL);
    for (const change of [{}, { requirements: {}, require_pkce: false, pkce: false }]) {
      const answer = await registration.put(client, change);
      expect(answer.status).toBe(200);
      expect((await registration.record(client.client_id)).requirements).toEqual({ pkce: true });
      Object.assign(client, answer.body);
    }
  });

  test("a policy that is gone from the table lets nobody change what it admitted", async () => {
    const registration = attackedRegistration(preset, {
      policies: { every: [allowRedirectHosts(["app.example"])] },
    });
    const client = await registration.innocent();
    const later = managedRegistration({ store: registration.store, policies: {} });
    const change = { client_id: client.client_id, redirect_uris: ["https://evil.example/callback"] };
    const { registration_client_uri: uri, registration_access_token: token } = client;
    expect((await later.send("PUT", uri, token, change)).status).toBe(403);
    expect((await registration.record(client.client_id)).metadata.redirect_uris).toEqual(
      PUBLIC.redirect_uris,
    );
  });
});
