import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applySoftwareStatement } from "../../src/software-statement/apply-software-statement.js";
import type { JsonObject } from "../../src/lib/json.js";

const apply = (submitted: JsonObject, claims: JsonObject) => {
  const { metadata, verifiedMembers } = applySoftwareStatement(submitted, { claims });
  return { metadata, verified: [...verifiedMembers] };
};

describe("a statement over plain metadata", () => {
  it("R7591-13 wins member by member, and the rest stays the client's own word", () => {
    const submitted = {
      client_name: "Plain",
      redirect_uris: ["https://a.example"],
      software_statement: "a.b.c",
    };
    expect(apply(submitted, { client_name: "Stated", scope: "read" })).toEqual({
      metadata: { redirect_uris: ["https://a.example"], client_name: "Stated", scope: "read" },
      verified: ["client_name", "scope"],
    });
  });

  it("R7591-13 speaks for a member in all languages", () => {
    const submitted = {
      client_name: "P",
      "client_name#ja": "P",
      "client_name#JA-x-y": "P",
      client_name2: "P",
    };
    expect(apply(submitted, { client_name: "S" }).metadata).toEqual({ client_name: "S", client_name2: "P" });
    expect(apply(submitted, { "client_name#fr": "S" })).toEqual({
      metadata: { "client_name#fr": "S", client_name2: "P" },
      verified: ["client_name"],
    });
  });

  it("R7591-4 keys of the statement displace plain keys of every form", () => {
    const plain = {
      jwks: { keys: [] },
      jwks_uri: "https://evil.example",
      signed_jwks_uri: "https://evil.example",
    };
    const claims: JsonObject[] = [
      { jwks: { keys: [{}] } },
      { jwks_uri: "https://a.example" },
      { signed_jwks_uri: "https://a.example" },
    ];
    for (const claim of claims) expect(apply(plain, claim).metadata).toEqual(claim);
    expect(apply(plain, { client_name: "S" }).metadata).toEqual({ ...plain, client_name: "S" });
    expect(
      apply({ client_ip_ranges_uri: "https://evil.example" }, { client_ip_ranges: ["::/0"] }).metadata,
    ).toEqual({ client_ip_ranges: ["::/0"] });
  });

  it("displaces with an empty claim too, which verifies nothing", () => {
    const claims = { scope: "", contacts: [], client_uri: null, client_name: "  ", require_auth_time: false };
    const submitted = {
      scope: "admin",
      contacts: ["a@b"],
      client_uri: "https://a.example",
      client_name: "P",
    };
    expect(apply(submitted, claims)).toEqual({ metadata: claims, verified: ["require_auth_time"] });
  });

  it("does not let odd names through", () => {
    const submitted = JSON.parse(
      '{"__proto__":{"scope":"admin"},"#":"a","software_statement#ja":"a.b.c"}',
    ) as JsonObject;
    const { metadata } = apply(submitted, { scope: "read" });
    expect(Object.keys(metadata).sort()).toEqual(["#", "__proto__", "scope"]);
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
    expect(metadata["scope"]).toBe("read");
  });

  it("R7591-13 holds for any metadata: every claim as it is, no plain member beside it, nothing invented", () => {
    const name = fc.constantFrom(
      "client_name",
      "client_name#ja",
      "client_name#fr",
      "jwks",
      "jwks_uri",
      "scope",
    );
    const members = fc.dictionary(name, fc.oneof(fc.string(), fc.constant(null)));
    fc.assert(
      fc.property(members, members, (submitted, claims) => {
        const before = JSON.stringify([submitted, claims]);
        const { metadata, verified } = apply(submitted, claims);
        expect(JSON.stringify([submitted, claims])).toBe(before);
        expect(metadata).toMatchObject(claims);
        const base = (member: string) => member.split("#")[0] ?? "";
        const stated = new Set(Object.keys(claims).map(base));
        for (const [member, value] of Object.entries(metadata)) {
          if (Object.hasOwn(claims, member)) continue;
          expect(stated.has(base(member))).toBe(false);
          expect(value).toBe(submitted[member]);
        }
        expect(verified.every((member) => stated.has(member))).toBe(true);
      }),
    );
  });
});
