import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createClientRegistration } from "../../src/client-registration.js";
import { openRegistration } from "../../src/access/open-registration.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { decodeFully } from "../../src/uri/percent-decoding.js";
import { ACCEPTED } from "./accepted.js";
import { GOOD_URIS, hostileUri } from "./hostile-uri.js";
import { POLICIES, type PolicyName } from "./policies.js";
import { REFUSED } from "./refused.js";

const { mcp } = POLICIES;
const policyName = fc.constantFrom<PolicyName>("mcp", "native", "https", "denying");

test("what was registered is admitted at authorize, by every policy", () => {
  let registered = 0;
  fc.assert(
    fc.property(hostileUri, fc.array(hostileUri, { maxLength: 3 }), policyName, (uri, others, name) => {
      const policy = POLICIES[name];
      if (!policy.parse(uri).ok) return;
      registered++;
      expect(policy.admits([...others, uri], uri)).toBe(true);
      expect(policy.admits([uri, ...others], uri)).toBe(true);
    }),
    { numRuns: 3000 },
  );
  expect(registered).toBeGreaterThan(500);
});

describe("what is admitted was registered, loopback port aside", () => {
  // Written from RFC 8252 section 7.3 alone: neither the policy nor a URL parser is asked.
  const LOOPBACK = /^(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(?::[0-9]+)?((?:[/?].*)?)$/is;
  const portless = (uri: string): string | undefined => {
    const parts = LOOPBACK.exec(uri);
    return parts ? `${parts[1] ?? ""}${parts[2] ?? ""}` : undefined;
  };
  const mayAdmit = (registered: readonly string[], presented: string): boolean =>
    registered.some(
      (uri) => uri === presented || (portless(uri) !== undefined && portless(uri) === portless(presented)),
    );

  // Small, so that two of them often differ in one part only.
  const nearby = fc.noBias(
    fc
      .tuple(
        fc.constantFrom("http://", "http://", "Http://", "https://"),
        fc.constantFrom("localhost", "LocalHost", "127.0.0.1", "[::1]"),
        fc.constantFrom("", ":1", ":80", ":65535", ":0"),
        fc.constantFrom("", "/", "/cb"),
        fc.constantFrom("", "?a=b"),
      )
      .map((parts) => parts.join("")),
  );

  test.each([
    ["neighbours", nearby, 80],
    ["hostile URIs", hostileUri, 0],
  ] as const)("%s", (_, uris, least) => {
    let admitted = 0;
    fc.assert(
      fc.property(fc.array(uris, { minLength: 1, maxLength: 12 }), uris, (list, presented) => {
        const registered = list.filter((uri) => mcp.parse(uri).ok);
        const verdict = mcp.admits(registered, presented);
        expect(verdict).toBe(mcp.parse(presented).ok && mayAdmit(registered, presented));
        if (verdict) admitted++;
      }),
      { numRuns: 3000 },
    );
    expect(admitted).toBeGreaterThanOrEqual(least);
  });
});

describe("a browser goes to the host that was judged", () => {
  const BASES = [
    "https://as.example/authorize",
    "http://localhost:3000/a/b?c#d",
    "file:///etc/x",
    "about:blank",
  ];

  test.each<PolicyName>(["mcp", "native", "https", "denying"])("%s", (name) => {
    const policy = POLICIES[name];
    const seeds = new Set(GOOD_URIS);
    let accepted = 0;
    const unlikeTheSeeds = new Set<string>();
    const hosts = new Set<string>();
    fc.assert(
      fc.property(hostileUri, (raw) => {
        const judged = policy.parse(raw);
        if (!judged.ok || judged.value.kind === "private_use") return;
        const { kind, uri } = judged.value;
        accepted++;
        if (!seeds.has(raw)) unlikeTheSeeds.add(raw);
        hosts.add(uri.host);

        const url = new URL(raw);
        expect(url.hostname).toBe(uri.host);
        expect(url.protocol).toBe(`${uri.scheme}:`);
        expect(url.protocol).toBe(kind === "loopback" ? "http:" : "https:");
        expect([url.username, url.password, url.hash]).toEqual(["", "", ""]);
        if (kind === "loopback") expect(["localhost", "127.0.0.1", "[::1]"]).toContain(url.hostname);
        expect(url.port === "" ? undefined : url.port).toBe(
          uri.port === (kind === "loopback" ? "80" : "443") ? undefined : uri.port,
        );
        for (const base of BASES) expect(new URL(raw, base).href).toBe(url.href);
        // As a server writes it into a Location header, and as a browser reads it there.
        expect(new Headers({ location: raw }).get("location")).toBe(raw);
        expect(policy.parse(url.href)).toMatchObject({ ok: true, value: { kind, uri: { host: uri.host } } });
      }),
      { numRuns: 6000 },
    );
    // Not vacuous: a good share is admitted, and most of that is no copy of a row in the table.
    expect(accepted).toBeGreaterThan(700);
    expect(unlikeTheSeeds.size).toBeGreaterThan(500);
    expect(hosts.size).toBeGreaterThan(60);
  });
});

describe("parse answers, whatever it is asked", () => {
  const answers = (value: unknown) => {
    const judged = mcp.parse(value);
    expect(typeof judged.ok).toBe("boolean");
    if (typeof value !== "string") expect(judged).toEqual({ ok: false, error: "redirect_uri.type" });
  };

  test("any value", () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withNullPrototype: true,
        }),
        answers,
      ),
      { numRuns: 2000 },
    );
  });

  test("any string, alone or behind the start of a URI", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("", "https:", "https://", "https://a.b/", "http://[", "com.example:", "cursor://"),
        fc.string({ unit: "binary", maxLength: 60 }),
        (start, rest) => answers(start + rest),
      ),
      { numRuns: 4000 },
    );
  });

  test("a value that throws when it is looked at", () => {
    const trap = () => {
      throw new Error("looked at");
    };
    answers(new Proxy({}, { get: trap, has: trap, ownKeys: trap }));
    answers({ toString: trap, valueOf: trap, [Symbol.toPrimitive]: trap });
  });

  test("without end to a text of percent signs", () => {
    for (const unit of ["%25", "%", "%2", "%252", "%2525"]) answers(`https://a.b/?${unit.repeat(400)}`);
  });
});

test("decoding fully is decoding layer by layer until nothing changes", () => {
  const layerByLayer = (text: string): string => {
    const next = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    return next === text ? text : layerByLayer(next);
  };
  const piece = fc.constantFrom(
    "%",
    "2",
    "5",
    "3",
    "6",
    "%25",
    "%32",
    "%35",
    "%2f",
    "%61",
    "a",
    "F",
    "g",
    "/",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join("");
      expect(decodeFully(text)).toBe(layerByLayer(text));
    }),
    { numRuns: 3000 },
  );
});

describe("each URI of a list is judged by itself", () => {
  const authorizationServer = { issuer: "https://as.example" };
  const registration = createClientRegistration({
    ...mcpPreset(authorizationServer),
    quotas: {},
    access: openRegistration({ dangerouslyUnlimited: true }),
    store: memoryStore(),
    audit: () => undefined,
  });
  const isJson = (value: unknown) =>
    typeof value === "string" || value === null || typeof value === "boolean";
  const rows: readonly { uri: unknown; rule: string | undefined }[] = [
    ...Object.values(REFUSED)
      .flat()
      .filter(([uri, , policy = "mcp"]) => policy === "mcp" && isJson(uri) && String(uri).length < 3000)
      .map(([uri, rule]) => ({ uri, rule })),
    ...GOOD_URIS.map((uri) => ({ uri, rule: undefined })),
  ];

  /** One rule is of the list: a client with a native redirect URI is native, and has no https on the local machine. */
  const ruleOfList = (list: typeof rows) => {
    const kinds = list.map(({ uri, rule }) => {
      const parsed = rule === undefined ? mcp.parse(String(uri)) : undefined;
      return parsed?.ok ? parsed.value.kind : undefined;
    });
    const isNative = !kinds.includes(undefined) && kinds.some((kind) => kind !== "https");
    return (uri: unknown) =>
      isNative && /^https:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/.test(String(uri))
        ? "metadata.native_https_loopback"
        : undefined;
  };
  const row = (uri: string) => rows.find((one) => one.uri === uri)!;

  test("wherever it stands and whatever stands beside it, but for https on the local machine beside a native one", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...rows), { minLength: 1, maxLength: mcp.maxCount }), (list) => {
        const { findings } = registration.explainClientMetadata({
          redirect_uris: list.map(({ uri }) => uri),
        });
        const errors = findings.filter((finding) => finding.severity === "error");
        const besides = ruleOfList(list);
        expect(errors.map(({ place, rule }) => [place, rule])).toEqual(
          list.flatMap(({ uri, rule = besides(uri) }, i) =>
            rule === undefined ? [] : [[`redirect_uris[${i}]`, rule]],
          ),
        );
        for (const error of errors) expect(error.error).toBe("invalid_redirect_uri");
      }),
      {
        numRuns: 500,
        examples: [
          [[row("https://localhost/callback"), row("cursor://anysphere.cursor-mcp/oauth/callback")]],
        ],
      },
    );
  });

  test("a list of all kinds is registered as it was sent", () => {
    const redirect_uris = GOOD_URIS.slice(0, mcp.maxCount);
    expect(registration.explainClientMetadata({ redirect_uris }).metadata?.redirect_uris).toEqual(
      redirect_uris,
    );
  });

  test("one too many refuses the list", () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => `https://app.example/${i}`);
    expect(registration.explainClientMetadata({ redirect_uris: many(mcp.maxCount) }).metadata).toBeDefined();
    const refused = registration.explainClientMetadata({ redirect_uris: many(mcp.maxCount + 1) });
    expect(refused.metadata).toBeUndefined();
    expect(refused.findings).toContainEqual(
      expect.objectContaining({
        rule: "metadata.count",
        error: "invalid_redirect_uri",
        place: "redirect_uris",
      }),
    );
  });

  test("the same rules hold for the other lists of redirect URIs", () => {
    for (const member of ["post_logout_redirect_uris", "claims_redirect_uris"]) {
      for (const { uri, rule } of rows) {
        const { findings } = registration.explainClientMetadata({
          redirect_uris: ["https://app.example/callback"],
          [member]: ["https://app.example/", uri],
        });
        expect(findings.find(({ place }) => place === `${member}[1]`)?.rule).toBe(rule);
      }
    }
  });

  test("the tables name no policy that is not tried", () => {
    const named = [...Object.values(REFUSED).flat(), ...Object.values(ACCEPTED).flat()].map(
      (row) => row[2] ?? "mcp",
    );
    expect(new Set(named)).toEqual(new Set(Object.keys(POLICIES)));
  });
});
