import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHOICES, REGISTERED_MEMBERS } from "../../src/client-metadata/members.js";
import { assess, CALLBACK, GENEROUS, KEYED } from "./assess.js";

const KEYS = { jwks_uri: "https://app.example/jwks" };
const methods = (...token_endpoint_auth_methods_supported: string[]) => ({
  supported: { ...GENEROUS, token_endpoint_auth_methods_supported },
});

describe("what client and server both support (OpenID Connect RP Metadata Choices)", () => {
  it.each([
    [["private_key_jwt", "none"], ["none", "client_secret_basic"], "none"],
    [["client_secret_post", "none"], ["none", "client_secret_post"], "client_secret_post"],
    [["x", "private_key_jwt"], ["private_key_jwt"], "private_key_jwt"],
  ])("OIDC-CHOICES of %j a server with %j takes %s", (offered, published, method) => {
    const body = { ...KEYED, ...KEYS, token_endpoint_auth_methods_supported: offered };
    const { metadata, warnings } = assess(body, methods(...published));
    expect(metadata?.token_endpoint_auth_method).toBe(method);
    expect(metadata).not.toHaveProperty("token_endpoint_auth_methods_supported");
    expect(warnings).toEqual(["token_endpoint_auth_methods_supported metadata.input_only"]);
  });

  it("OIDC-CHOICES a method that needs keys is not chosen for a client without them, if there is another", () => {
    const of = (...offered: string[]) =>
      assess(
        { ...CALLBACK, token_endpoint_auth_methods_supported: offered },
        methods("private_key_jwt", "none"),
      );
    expect(of("private_key_jwt", "none").metadata?.token_endpoint_auth_method).toBe("none");
    expect(of("private_key_jwt").errors).toEqual(["token_endpoint_auth_method jwks.required"]);
  });

  it("OIDC-CHOICES the client's own value comes first, and must be among its choices", () => {
    const body = { ...KEYED, ...KEYS, token_endpoint_auth_methods_supported: ["none", "private_key_jwt"] };
    const own = { ...body, token_endpoint_auth_method: "private_key_jwt" };
    expect(assess(own).metadata?.token_endpoint_auth_method).toBe("private_key_jwt");
    const other = assess(own, methods("none"));
    expect(other.metadata?.token_endpoint_auth_method).toBe("none");
    expect(other.warnings).toContain("token_endpoint_auth_method metadata.substituted");
    expect(assess({ ...body, token_endpoint_auth_method: "client_secret_basic" }).errors).toEqual([
      "token_endpoint_auth_method metadata.not_among_choices",
    ]);
  });

  it("OIDC-CHOICES nothing in common is an error, and no default is put in its place", () => {
    const body = { ...KEYED, token_endpoint_auth_methods_supported: ["tls_client_auth", "x"] };
    const refused = ["token_endpoint_auth_method metadata.unsupported"];
    expect(assess(body, methods("none", "client_secret_basic")).errors).toEqual(refused);
    const own = { ...body, token_endpoint_auth_method: "x" };
    expect(assess(own, methods("none")).errors).toEqual(refused);
    expect(assess({ ...KEYED, token_endpoint_auth_method: "x" }).errors).toEqual(refused);
  });

  it("OIDC-CHOICES subject_type is chosen where the server publishes what it has", () => {
    const body = { ...KEYED, subject_types_supported: ["pairwise", "public"] };
    const of = (...subject_types_supported: string[]) => ({
      supported: { ...GENEROUS, subject_types_supported },
    });
    expect(assess(body).metadata).not.toHaveProperty("subject_type");
    expect(assess(body, of("public")).metadata?.["subject_type"]).toBe("public");
    expect(assess(body, of("public", "pairwise")).metadata?.["subject_type"]).toBe("pairwise");
    const hosts = { ...body, redirect_uris: ["https://a.example/", "https://b.example/"] };
    expect(assess(hosts, of("public", "pairwise")).metadata?.["subject_type"]).toBe("public");
    expect(assess({ ...KEYED, subject_types_supported: ["x"] }, of("public")).errors).toEqual([
      "subject_type metadata.unsupported",
    ]);
    expect(assess({ ...KEYED, subject_type: "pairwise" }, of("public")).errors).toEqual([
      "subject_type metadata.unsupported",
    ]);
    expect(
      assess({ ...KEYED, subject_type: "public", subject_types_supported: ["pairwise"] }).errors,
    ).toEqual(["subject_type metadata.not_among_choices"]);
  });

  it("OIDC-CHOICES an algorithm that this client could not use is passed over", () => {
    const supported = { ...GENEROUS, id_token_signing_alg_values_supported: ["HS256", "RS256", "none"] };
    const body = { ...KEYED, id_token_signing_alg_values_supported: ["HS256", "RS256"] };
    expect(assess(body, { supported }).metadata?.["id_token_signed_response_alg"]).toBe("RS256");
  });

  it("OIDC-CHOICES saying what can be decrypted does not ask for encryption, but settles its enc", () => {
    const supported = { ...GENEROUS, id_token_encryption_alg_values_supported: ["RSA-OAEP", "ECDH-ES"] };
    const body = {
      ...KEYED,
      id_token_encryption_alg_values_supported: ["ECDH-ES", "RSA-OAEP"],
      id_token_encryption_enc_values_supported: ["x", "A256GCM"],
    };
    expect(assess(body, { supported }).metadata).not.toHaveProperty("id_token_encrypted_response_alg");
    expect(assess(body, { supported }).metadata).not.toHaveProperty("id_token_encrypted_response_enc");
    expect(
      assess({ ...body, id_token_encrypted_response_alg: "ECDH-ES" }, { supported }).metadata,
    ).toMatchObject({
      id_token_encrypted_response_alg: "ECDH-ES",
      id_token_encrypted_response_enc: "A256GCM",
    });
  });

  it("OIDC-CHOICES the table has every list of the specification, each with a member of its own", () => {
    const lists = REGISTERED_MEMBERS.filter(({ inputOnly }) => inputOnly).map(({ name }) => name);
    expect(lists).toHaveLength(19);
    const paired: string[] = CHOICES.map(({ list }) => list);
    expect(paired.filter((list) => list !== "backchannel_token_delivery_modes_supported").sort()).toEqual(
      lists.sort(),
    );
    const names = REGISTERED_MEMBERS.map(({ name }) => name);
    for (const { member } of CHOICES) expect(names).toContain(member);
  });

  it.each(CHOICES.filter(({ list }) => !/subject|modes|auth_methods/.test(list)))(
    "OIDC-CHOICES $member is refused where the server publishes other values",
    ({ member, list }) => {
      const good = member.endsWith("_enc") ? "A128GCM" : member.includes("encrypt") ? "RSA-OAEP" : "ES256";
      const alg = member.replace(/enc$/, "alg");
      const body = { ...KEYED, ...(alg !== member && { [alg]: "RSA-OAEP" }), [member]: good };
      expect(assess(body, { supported: { ...GENEROUS, [list]: [good] } }).errors).toEqual([]);
      expect(assess(body, { supported: { ...GENEROUS, [list]: ["other"] } }).errors).toContain(
        `${member} metadata.unsupported`,
      );
      expect(assess({ ...body, [list]: ["other"] }).errors).toEqual([`${member} metadata.not_among_choices`]);
    },
  );

  it("OIDC-CHOICES whatever is offered, what is registered was offered and is supported", () => {
    const some = fc.subarray(["none", "client_secret_basic", "client_secret_post", "private_key_jwt"], {
      minLength: 1,
    });
    fc.assert(
      fc.property(some, some, (offered, published) => {
        const body = { ...KEYED, ...KEYS, token_endpoint_auth_methods_supported: offered };
        const method = assess(body, methods(...published)).metadata?.token_endpoint_auth_method;
        expect(method).toBe(offered.find((value) => published.includes(value)));
      }),
    );
  });
});
