import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  applyMetadataPolicy,
  mergeMetadataPolicies,
} from "../../src/federation/metadata-policy/metadata-policy.js";
import type { JsonObject, JsonValue } from "../../src/lib/json.js";

/**
 * 2,019 cases that Connect2id publishes, each value written once. A row has the policy of the trust anchor, that of the
 * intermediate, the metadata, and what comes of it: metadata, or the name of the error.
 */
const VECTORS = JSON.parse(
  readFileSync(new URL("metadata-policy-vectors.json", import.meta.url), "utf8"),
) as {
  readonly values: readonly JsonObject[];
  readonly rows: readonly (readonly [number, number, number, number | string])[];
};

const TYPE = "openid_relying_party";

/** Policies of parameters, the trust anchor's first, applied to metadata. */
function resolve(policies: readonly JsonValue[], metadata: JsonObject): JsonObject | string {
  const policy = mergeMetadataPolicies(policies.map((parameters) => ({ [TYPE]: parameters })));
  if (!policy) return "invalid_policy";
  return applyMetadataPolicy(metadata, policy.get(TYPE)) ?? "invalid_metadata";
}

/** Lists are sets to a policy. */
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? [...(value as unknown[])].map((one) => JSON.stringify(one)).sort()
    : typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, sorted(inner)]))
      : value;

test("the example of the specification comes out as it says (section 6.1.5)", () => {
  const policy = mergeMetadataPolicies([
    {
      openid_relying_party: {
        grant_types: {
          default: ["authorization_code"],
          subset_of: ["authorization_code", "refresh_token"],
          superset_of: ["authorization_code"],
        },
        token_endpoint_auth_method: {
          one_of: ["private_key_jwt", "self_signed_tls_client_auth"],
          essential: true,
        },
        token_endpoint_auth_signing_alg: { one_of: ["PS256", "ES256"] },
        subject_type: { value: "pairwise" },
        contacts: { add: ["helpdesk@federation.example.org"] },
      },
    },
    {
      openid_relying_party: {
        grant_types: { subset_of: ["authorization_code"] },
        token_endpoint_auth_method: { one_of: ["self_signed_tls_client_auth"] },
        contacts: { add: ["helpdesk@org.example.org"] },
      },
    },
  ])?.get("openid_relying_party");
  expect(policy && Object.fromEntries(policy)).toEqual({
    grant_types: {
      default: ["authorization_code"],
      superset_of: ["authorization_code"],
      subset_of: ["authorization_code"],
    },
    token_endpoint_auth_method: { one_of: ["self_signed_tls_client_auth"], essential: true },
    token_endpoint_auth_signing_alg: { one_of: ["PS256", "ES256"] },
    subject_type: { value: "pairwise" },
    contacts: { add: ["helpdesk@federation.example.org", "helpdesk@org.example.org"] },
  });
  const metadata = {
    redirect_uris: ["https://rp.example.org/callback"],
    response_types: ["code"],
    token_endpoint_auth_method: "self_signed_tls_client_auth",
    contacts: ["rp_admins@rp.example.org"],
    sector_identifier_uri: "https://org.example.org/sector-ids.json",
  };
  expect(applyMetadataPolicy(metadata, policy)).toEqual({
    ...metadata,
    grant_types: ["authorization_code"],
    subject_type: "pairwise",
    contacts: ["rp_admins@rp.example.org", "helpdesk@federation.example.org", "helpdesk@org.example.org"],
  });
  // Another method, or none, is refused.
  for (const method of ["private_key_jwt", undefined]) {
    const { token_endpoint_auth_method: _, ...others } = metadata;
    const changed = { ...others, ...(method && { token_endpoint_auth_method: method }) };
    expect(applyMetadataPolicy(changed, policy)).toBeUndefined();
  }
});

test("Connect2id's 2,019 vectors of OpenID Federation come out as they say", () => {
  const { values, rows } = VECTORS;
  expect(rows.length).toBe(2019);
  const wrong = rows.flatMap(([anchor, intermediate, metadata, expected], index) => {
    const policies = [values[anchor]!, values[intermediate]!];
    const outcome = resolve(policies, values[metadata]!);
    const wanted = typeof expected === "number" ? values[expected]! : expected;
    const isRight = JSON.stringify(sorted(outcome)) === JSON.stringify(sorted(wanted));
    return isRight ? [] : [{ n: index + 1, policies, metadata: values[metadata], outcome, wanted }];
  });
  expect(wrong).toEqual([]);
});

describe("beyond the vectors", () => {
  test("scopes are a list to a policy and one text to a client", () => {
    expect(resolve([{ scope: { subset_of: ["openid", "read"] } }], { scope: "openid write read" })).toEqual({
      scope: "openid read",
    });
    expect(resolve([{ scope: { add: ["openid"] } }], {})).toEqual({ scope: "openid" });
    expect(resolve([{ scope: { default: "openid read" } }], {})).toEqual({ scope: "openid read" });
    expect(resolve([{ scope: { superset_of: ["openid"] } }], { scope: "read" })).toBe("invalid_metadata");
  });

  test("three policies are merged from the trust anchor down", () => {
    const policies = [
      { grant_types: { subset_of: ["a", "b", "c"] } },
      { grant_types: { subset_of: ["b", "c"] } },
      { grant_types: { subset_of: ["c", "d"], essential: true } },
    ];
    expect(resolve(policies, { grant_types: ["a", "b", "c", "d"] })).toEqual({ grant_types: ["c"] });
    expect(resolve(policies, {})).toBe("invalid_metadata");
  });

  test("a policy for a language tag is for that tag alone", () => {
    const policy = { "client_name#de": { value: "Eins" } };
    expect(resolve([policy], { client_name: "One" })).toEqual({
      client_name: "One",
      "client_name#de": "Eins",
    });
  });

  test("value null removes a parameter", () => {
    expect(resolve([{ logo_uri: { value: null } }], { logo_uri: "https://a.example/" })).toEqual({});
  });

  test.each([
    ["a policy that is a list", []],
    ["a parameter whose policy is a text", { scope: "openid" }],
    ["one_of that is a text", { acr: { one_of: "a" } }],
    ["essential that is a text", { scope: { essential: "true" } }],
    ["add with null in it", { scope: { add: [null] } }],
    ["default that is null", { scope: { default: null } }],
    ["one_of beside subset_of", { scope: { one_of: ["a"], subset_of: ["a"] } }],
    ["value null beside add", { scope: { value: null, add: [] } }],
    ["a value that is a text beside superset_of", { acr: { value: "a", superset_of: ["a"] } }],
  ])("%s makes the chain invalid", (_, policy) => {
    expect(resolve([policy as JsonValue], {})).toBe("invalid_policy");
  });

  test("an operator that is not standard is ignored", () => {
    expect(resolve([{ scope: { regexp: "^a" } }], { scope: "b" })).toEqual({ scope: "b" });
  });

  test("a parameter named __proto__ changes no object but the metadata", () => {
    const policy = JSON.parse('{"__proto__": {"value": {"polluted": true}}}') as JsonValue;
    resolve([policy], {});
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
