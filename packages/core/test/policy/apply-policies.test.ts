import { describe, expect, it, test } from "vitest";
import type { ClientMetadata } from "../../src/client-metadata/client-metadata.js";
import { applyPolicies } from "../../src/policy/apply-policies.js";
import {
  definePolicy,
  type PolicyVerdict,
  type RegistrationPolicy,
  type RegistrationProposal,
} from "../../src/policy/registration-policy.js";
import { ok } from "../../src/lib/result.js";
import { CALLBACK, assessed, judge, recheck } from "./proposal.js";

const BODY = { ...CALLBACK, client_name: "App", scope: "read write", software_id: "app" };

/** A policy that answers whatever is written here, as one without types may. */
const answering = (answer: unknown, name = "answering"): RegistrationPolicy =>
  definePolicy(name, () => answer as PolicyVerdict);
const changing = (change: (metadata: ClientMetadata) => object, name = "changing"): RegistrationPolicy =>
  definePolicy(name, ({ metadata }) => ({ verdict: "change", metadata: change(metadata) as ClientMetadata }));
const watching = (seen: RegistrationProposal[]): RegistrationPolicy =>
  definePolicy("watching", (proposal) => {
    seen.push(proposal);
    return { verdict: "accept" };
  });

describe("the verdicts", () => {
  it("approves what no policy objects to, unchanged and without a second check", () => {
    const metadata = assessed(BODY);
    const proposal = {
      action: "register",
      origin: { source: "open" },
      metadata,
      verifiedMembers: new Set<string>(),
    } as const;
    const judged = applyPolicies(proposal, [answering({ verdict: "accept" })], () => {
      throw new Error("nothing was changed");
    });
    expect(judged).toEqual(ok({ metadata, requirements: {}, policyNames: ["answering"] }));
  });

  it("approves by no policy at all", () => {
    expect(judge(BODY, [])).toEqual(ok({ metadata: assessed(BODY), requirements: {}, policyNames: [] }));
  });

  it("gathers requirements and reasons to hold, and names every policy in its order", () => {
    const judged = judge(BODY, [
      answering({ verdict: "hold", reason: "new owner" }, "a"),
      answering({ verdict: "require", requirements: { pkce: true } }, "b"),
      answering({ verdict: "hold", reason: "too many scopes" }, "c"),
      answering({ verdict: "require", requirements: { consent: true } }, "d"),
      answering({ verdict: "require", requirements: {} }, "e"),
    ]);
    expect(judged).toMatchObject({
      value: {
        hold: "new owner; too many scopes",
        requirements: { consent: true, pkce: true },
        policyNames: ["a", "b", "c", "d", "e"],
      },
    });
  });

  it("R7591-7 refuses with the member, the reason and the rule, and asks no further policy", () => {
    const seen: RegistrationProposal[] = [];
    const refusing = answering({ verdict: "refuse", member: "client_name", reason: "is not nice" });
    const judged = judge(BODY, [
      answering({ verdict: "hold", reason: "x" }, "first"),
      refusing,
      watching(seen),
    ]);
    expect(judged).toEqual({
      ok: false,
      error: {
        kind: "refused",
        policy: "answering",
        findings: [
          {
            severity: "error",
            error: "invalid_client_metadata",
            member: "client_name",
            place: "client_name",
            rule: "policy.refused",
            description: "client_name is not nice (policy.refused)",
            specification: "https://www.rfc-editor.org/rfc/rfc7591#section-3.2.2",
          },
        ],
      },
    });
    expect(seen).toEqual([]);
  });

  it.each([
    [{ member: "redirect_uris" }, "invalid_redirect_uri", "redirect_uris is bad (policy.refused)"],
    [
      { member: "redirect_uris", place: "redirect_uris[2]" },
      "invalid_redirect_uri",
      "redirect_uris[2] is bad (policy.refused)",
    ],
    [{ member: "scope" }, "invalid_client_metadata", "scope is bad (policy.refused)"],
    [
      { member: "software_statement", error: "invalid_software_statement" },
      "invalid_software_statement",
      "software_statement is bad (policy.refused)",
    ],
    [
      { member: "software_id", error: "unapproved_software_statement" },
      "unapproved_software_statement",
      "software_id is bad (policy.refused)",
    ],
    [
      { member: "redirect_uris", error: "invalid_client_metadata" },
      "invalid_client_metadata",
      "redirect_uris is bad (policy.refused)",
    ],
  ])("R7591-28 %j has its code", (fields, error, description) => {
    const judged = judge(BODY, [answering({ verdict: "refuse", reason: "is bad", ...fields })]);
    expect(judged).toMatchObject({ error: { kind: "refused", findings: [{ error, description }] } });
  });
});

describe("a change", () => {
  it("is seen by the policies behind it, and registered", () => {
    const seen: RegistrationProposal[] = [];
    const judged = judge(BODY, [changing((given) => ({ ...given, client_name: "Other" })), watching(seen)]);
    expect(seen[0]?.metadata.client_name).toBe("Other");
    expect(judged).toMatchObject({ value: { metadata: { client_name: "Other", scope: "read write" } } });
  });

  it("drops a member by leaving it undefined", () => {
    const judged = judge(BODY, [changing((given) => ({ ...given, client_name: undefined }))]);
    expect(judged.ok).toBe(true);
    expect(judged.ok && Object.keys(judged.value.metadata)).not.toContain("client_name");
  });

  it("is checked again: what the metadata rules make of it is what is registered", () => {
    const judged = judge(BODY, [changing((given) => ({ ...given, client_secret: "chosen", contacts: [] }))]);
    expect(judged).toMatchObject({ ok: true, value: { metadata: assessed(BODY) } });
    expect(judged.ok && Object.keys(judged.value.metadata)).not.toContain("client_secret");
  });

  it("that breaks the metadata rules is a defect of the policy that made it", () => {
    const judged = judge(BODY, [
      changing((given) => ({ ...given, client_uri: "javascript:alert(1)" }), "the_culprit"),
      answering({ verdict: "accept" }, "the_bystander"),
    ]);
    expect(judged).toMatchObject({ ok: false, error: { kind: "defect", policy: "the_culprit" } });
    expect(String(!judged.ok && judged.error.kind === "defect" && judged.error.cause)).toContain(
      "client_uri",
    );
  });

  it("takes the seal of the software statement from the value that it replaces", () => {
    const seen: RegistrationProposal[] = [];
    judge(BODY, [changing((given) => ({ ...given, software_id: "welcome" })), watching(seen)], {
      verified: ["software_id", "client_name"],
    });
    expect([...(seen[0]?.verifiedMembers ?? [])]).toEqual(["client_name"]);
  });
});

describe("a policy never widens", () => {
  test.each([
    ["scope", "read write admin"],
    ["scope", "admin"],
    ["scope", ["read"]],
    ["grant_types", ["authorization_code", "client_credentials"]],
    ["response_types", ["code", "token"]],
    ["redirect_uris", ["https://app.example/callback", "https://evil.example/"]],
    ["redirect_uris", ["https://app.example/callback/"]],
    ["post_logout_redirect_uris", ["https://evil.example/"]],
    ["claims_redirect_uris", ["https://evil.example/"]],
    ["authorization_details_types", ["payment"]],
  ])("%s to %j", (member, value) => {
    const judged = judge(BODY, [changing((given) => ({ ...given, [member]: value }))]);
    expect(judged).toMatchObject({ ok: false, error: { kind: "defect", policy: "changing" } });
  });

  it("and gives back nothing that one before it took", () => {
    const judged = judge(BODY, [
      changing((given) => ({ ...given, scope: "read" }), "narrowing"),
      changing((given) => ({ ...given, scope: "read write" }), "widening"),
    ]);
    expect(judged).toMatchObject({ ok: false, error: { kind: "defect", policy: "widening" } });
  });

  it("and does not hide behind a value of a wrong type, whatever the second check makes of it", () => {
    const metadata: ClientMetadata = assessed(BODY);
    const proposal = {
      action: "register",
      origin: { source: "open" },
      verifiedMembers: new Set<string>(),
    } as const;
    const judged = applyPolicies(
      { ...proposal, metadata },
      [changing((given) => ({ ...given, scope: 7 }))],
      ok,
    );
    expect(judged).toMatchObject({ ok: false, error: { kind: "defect", policy: "changing" } });
  });

  it("and leaves no default of the rules in the place of what it took away", () => {
    const judged = applyPolicies(
      {
        action: "register",
        origin: { source: "open" },
        metadata: assessed(BODY),
        verifiedMembers: new Set(),
      },
      [changing(({ scope: _, ...given }) => given)],
      (metadata) => recheck({ ...metadata, scope: metadata.scope ?? "read" }),
    );
    expect(judged).toMatchObject({ ok: false, error: { kind: "defect", policy: "changing" } });
  });
});

describe("a policy that is broken never admits", () => {
  const circle: Record<string, unknown> = {};
  circle["circle"] = circle;
  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["true", true],
    ["null", null],
    ["a text", "accept"],
    ["a list", ["accept"]],
    ["an unknown verdict", { verdict: "allow" }],
    ["a verdict by a name of every object", { verdict: "constructor" }],
    ["a function", () => ({ verdict: "accept" })],
    ["a promise", Promise.resolve({ verdict: "accept" })],
    ["metadata in an acceptance", { verdict: "accept", metadata: {} }],
    ["a change without metadata", { verdict: "change" }],
    ["a change to a list", { verdict: "change", metadata: [] }],
    ["a change to a circle", { verdict: "change", metadata: circle }],
    ["a change to null in a member", { verdict: "change", metadata: { ...BODY, client_name: null } }],
    [
      "a change to a function in a member",
      { verdict: "change", metadata: { ...BODY, client_name: () => "x" } },
    ],
    ["a refusal without a member", { verdict: "refuse", reason: "is bad" }],
    ["a refusal without a reason", { verdict: "refuse", member: "scope" }],
    ["an empty reason", { verdict: "refuse", member: "scope", reason: "" }],
    ["a reason that is not ASCII", { verdict: "refuse", member: "scope", reason: "schl\u00e4gt fehl" }],
    ["a reason with a quote", { verdict: "refuse", member: "scope", reason: 'is "bad"' }],
    ["a reason with a backslash", { verdict: "refuse", member: "scope", reason: "is \\ bad" }],
    ["a reason with a line end", { verdict: "refuse", member: "scope", reason: "is bad\n" }],
    ["a reason that is long", { verdict: "refuse", member: "scope", reason: "x".repeat(201) }],
    ["an unknown code", { verdict: "refuse", member: "scope", reason: "is bad", error: "invalid_token" }],
    ["a hold without a reason", { verdict: "hold" }],
    ["a hold with an empty reason", { verdict: "hold", reason: " " }],
    ["an unknown requirement", { verdict: "require", requirements: { pcke: true } }],
    ["a requirement that is off", { verdict: "require", requirements: { pkce: false } }],
    ["no requirements", { verdict: "require" }],
  ])("%s", (_, answer) => {
    expect(judge(BODY, [answering(answer)])).toMatchObject({
      ok: false,
      error: { kind: "defect", policy: "answering" },
    });
  });

  it("throwing: the cause is kept for the operator", () => {
    const cause = new Error("boom");
    const throwing = definePolicy("throwing", () => {
      throw cause;
    });
    expect(judge(BODY, [throwing])).toEqual({
      ok: false,
      error: { kind: "defect", policy: "throwing", cause },
    });
  });

  it("answering by a getter that throws", () => {
    const trap = {
      verdict: "change",
      get metadata(): never {
        throw new Error("trap");
      },
    };
    expect(judge(BODY, [answering(trap)])).toMatchObject({ error: { kind: "defect" } });
  });

  it("asynchronous, and failing later", () => {
    const later = definePolicy("later", (() => Promise.reject(new Error("later"))) as never);
    expect(judge(BODY, [later])).toMatchObject({ error: { kind: "defect", policy: "later" } });
  });

  it("writing into the proposal", () => {
    const writing = definePolicy("writing", ({ metadata }) => {
      (metadata.redirect_uris as string[]).push("https://evil.example/");
      return { verdict: "accept" };
    });
    expect(judge(BODY, [writing])).toMatchObject({ error: { kind: "defect", policy: "writing" } });
  });

  it("writing into the origin", () => {
    const origin = {
      source: "initial_access_token",
      constraints: { redirectHosts: ["app.example"] },
    } as const;
    const writing = definePolicy("writing", ({ origin: { constraints } }) => {
      (constraints?.redirectHosts as string[]).push("evil.example");
      return { verdict: "accept" };
    });
    expect(judge(BODY, [writing], { origin })).toMatchObject({
      error: { kind: "defect", policy: "writing" },
    });
    expect(origin.constraints.redirectHosts).toEqual(["app.example"]);
  });

  it("keeping a hand on what it answered", () => {
    const own = { ...assessed(BODY), grant_types: ["authorization_code"] };
    const later = definePolicy("later", () => {
      own.grant_types.push("client_credentials");
      return { verdict: "accept" };
    });
    const judged = judge(BODY, [changing(() => own), later]);
    expect(judged).toMatchObject({ value: { metadata: { grant_types: ["authorization_code"] } } });
    expect(judged.ok && Object.isFrozen(judged.value.metadata.grant_types)).toBe(true);
  });
});
