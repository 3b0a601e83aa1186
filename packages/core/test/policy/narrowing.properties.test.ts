import fc from "fast-check";
import { expect, test } from "vitest";
import type { ClientMetadata } from "../../src/client-metadata/client-metadata.js";
import { allowRedirectHosts } from "../../src/policy/allow-redirect-hosts.js";
import { definePolicy, type PolicyVerdict } from "../../src/policy/registration-policy.js";
import { forbidDisplayUris } from "../../src/policy/forbid-display-uris.js";
import { limitScopes } from "../../src/policy/limit-scopes.js";
import { sameHostDisplayUris } from "../../src/policy/same-host-display-uris.js";
import { assessed, judge } from "./proposal.js";

const REDIRECTS = ["https://app.example/a", "https://app.example/b", "https://evil.example/"];
const FLOWS = [
  { grant_types: ["authorization_code"], response_types: ["code"] },
  { grant_types: ["authorization_code", "refresh_token"], response_types: ["code"] },
  { grant_types: ["authorization_code", "client_credentials"], response_types: ["code", "none"] },
  { grant_types: ["authorization_code", "implicit"], response_types: ["code", "token"] },
];
const SITES = ["https://app.example/", "https://evil.example/", "https://other.example/"];

/** What passes the metadata rules, and asks for more or less. */
const metadata = fc
  .tuple(
    fc.subarray(REDIRECTS, { minLength: 1 }),
    fc.constantFrom(...FLOWS),
    fc.subarray(["read", "write", "profile"]),
    fc.option(fc.constantFrom(...SITES), { nil: undefined }),
  )
  .map(([redirect_uris, flow, scope, client_uri]): ClientMetadata => ({
    redirect_uris,
    ...flow,
    ...(scope.length > 0 && { scope: scope.join(" ") }),
    ...(client_uri && { client_uri }),
  }));

/** Each power that metadata asks for, as one text. */
function powers(of: ClientMetadata): string[] {
  const lists = ["redirect_uris", "grant_types", "response_types"].flatMap((name) =>
    ((of[name] ?? []) as readonly string[]).map((entry) => `${name} ${entry}`),
  );
  return [...lists, ...(of.scope?.split(" ").map((token) => `scope ${token}`) ?? [])];
}

test("whatever policies answer, nothing is approved that was not proposed", () => {
  const anyAnswer = fc.oneof(
    metadata.map((changed) => ({ verdict: "change", metadata: changed })),
    fc.constant({ verdict: "accept" }),
    fc.anything().map((changed) => ({ verdict: "change", metadata: changed })),
  );
  let changed = 0;
  fc.assert(
    fc.property(metadata, fc.array(anyAnswer, { minLength: 1, maxLength: 3 }), (body, answers) => {
      const policies = answers.map((answer, i) => definePolicy(`p${i}`, () => answer as PolicyVerdict));
      const judged = judge(body, policies);
      if (!judged.ok) {
        expect(judged.error.kind).toBe("defect");
        return;
      }
      const proposed = powers(assessed(body));
      const approved = powers(judged.value.metadata);
      expect(proposed).toEqual(expect.arrayContaining(approved));
      if (approved.length < proposed.length) changed++;
    }),
    { numRuns: 3000 },
  );
  expect(changed).toBeGreaterThan(20);
});

test("the built-in policies never widen, and never are at fault", () => {
  const builtIn = fc.constantFrom(
    limitScopes({ open: ["read", "admin"] }),
    allowRedirectHosts(["app.example"]),
    sameHostDisplayUris(),
    sameHostDisplayUris({ mismatch: "refuse", name: "strict" }),
    forbidDisplayUris(),
  );
  fc.assert(
    fc.property(metadata, fc.array(builtIn, { maxLength: 4 }), (body, policies) => {
      const judged = judge(body, policies);
      if (judged.ok)
        expect(powers(assessed(body))).toEqual(expect.arrayContaining(powers(judged.value.metadata)));
      else expect(judged.error.kind).toBe("refused");
    }),
    { numRuns: 1000 },
  );
});
