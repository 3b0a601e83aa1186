import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MisuseError } from "../../src/lib/misuse.js";
import { addressKey } from "../../src/rate-limit/address-key.js";
import { memoryRateLimiter } from "../../src/rate-limit/memory-rate-limiter.js";
import { forwardedClientAddress, trustedProxyCount } from "../../src/access/request-context.js";

function limiterAt(limit: number, windowSeconds: number, maxKeys?: number) {
  const time = { now: Date.UTC(2026, 0, 1) };
  const limiter = memoryRateLimiter({
    limit,
    windowSeconds,
    clock: () => time.now,
    ...(maxKeys !== undefined && { maxKeys }),
  });
  const allowed = (key = "k") => (limiter.consume(key) as { allowed: boolean }).allowed;
  return { time, limiter, allowed };
}

describe("the memory rate limiter", () => {
  test("gives a key its limit at once, and one more each share of the window", () => {
    const { time, limiter, allowed } = limiterAt(3, 60);
    expect([allowed(), allowed(), allowed(), allowed()]).toEqual([true, true, true, false]);
    expect(limiter.consume("k")).toEqual({
      allowed: false,
      retryAfterSeconds: 20,
      limit: 3,
      windowSeconds: 60,
    });
    time.now += 19_000;
    expect(limiter.consume("k")).toMatchObject({ allowed: false, retryAfterSeconds: 1 });
    time.now += 1_000;
    expect([allowed(), allowed()]).toEqual([true, false]);
  });

  test("a refusal costs nothing", () => {
    const { time, allowed } = limiterAt(1, 10);
    expect(allowed()).toBe(true);
    for (let i = 0; i < 100; i++) expect(allowed()).toBe(false);
    time.now += 10_000;
    expect(allowed()).toBe(true);
  });

  test("what was not used is not saved up", () => {
    const { time, allowed } = limiterAt(2, 10);
    time.now += 3_600_000;
    expect([allowed(), allowed(), allowed()]).toEqual([true, true, false]);
  });

  test("keys do not count against each other, not even odd ones", () => {
    const { allowed } = limiterAt(1, 10);
    for (const key of ["a", "b", "", "__proto__", "constructor", "a "]) {
      expect([allowed(key), allowed(key)]).toEqual([true, false]);
    }
  });

  test("a clock that goes back locks nobody out for longer than the window", () => {
    const { time, limiter, allowed } = limiterAt(1, 10);
    expect(allowed()).toBe(true);
    time.now -= 3_600_000;
    expect([allowed(), allowed()]).toEqual([true, false]);
    expect(limiter.consume("k")).toMatchObject({ allowed: false, retryAfterSeconds: 10 });
  });

  test("remembers so many keys, and forgets the one that was longest not used", () => {
    const { allowed } = limiterAt(2, 10, 2);
    expect([allowed("a"), allowed("b"), allowed("b"), allowed("a")]).toEqual([true, true, true, true]);
    expect(allowed("c")).toBe(true);
    expect(allowed("a")).toBe(false);
    expect(allowed("b")).toBe(true);
  });

  test("never allows more than the limit and what came back, and says truly when to come again", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 90 }),
        fc.array(fc.nat(20_000), { minLength: 1, maxLength: 60 }),
        (limit, windowSeconds, pauses) => {
          const { time, limiter } = limiterAt(limit, windowSeconds);
          const start = time.now;
          let count = 0;
          for (const pause of pauses) {
            time.now += pause;
            const verdict = limiter.consume("k") as Awaited<ReturnType<typeof limiter.consume>>;
            if (verdict.allowed) {
              count++;
              expect(count).toBeLessThanOrEqual(
                limit + ((time.now - start) / 1000) * (limit / windowSeconds) + 0.001,
              );
            } else {
              expect(Number.isInteger(verdict.retryAfterSeconds)).toBe(true);
              expect(verdict.retryAfterSeconds).toBeGreaterThanOrEqual(1);
              expect(verdict.retryAfterSeconds).toBeLessThanOrEqual(Math.ceil(windowSeconds / limit));
              time.now += verdict.retryAfterSeconds * 1000;
              expect(limiter.consume("k")).toEqual({ allowed: true });
              count++;
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    { limit: 0 },
    { limit: -1 },
    { limit: 1.5 },
    { limit: Number.NaN },
    { windowSeconds: 0 },
    { windowSeconds: -1 },
    { windowSeconds: Number.POSITIVE_INFINITY },
    { maxKeys: 0 },
    { maxKeys: 1.5 },
  ])("%j is a mistake", (wrong) => {
    const build = () => memoryRateLimiter({ limit: 1, windowSeconds: 1, ...wrong });
    expect(build).toThrow(MisuseError);
    expect(build).toThrow(expect.objectContaining({ code: "ERR_RATE_LIMIT" }));
  });
});

describe("the key of an address", () => {
  test.each([
    [undefined, "unknown"],
    ["203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["::ffff:cb00:7107", "203.0.113.7"],
    ["0:0:0:0:0:FFFF:203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7%eth0", "203.0.113.7"],
    ["::203.0.113.7", "0:0:0:0::/64"],
    ["64:ff9b::cb00:7107", "203.0.113.7"],
    ["64:FF9B::203.0.113.7", "203.0.113.7"],
    ["64:ff9b:0:0:0:1::", "64:ff9b:0:0::/64"],
    ["64:ff9b:1::cb00:7107", "64:ff9b:1:0::/64"],
    ["::FFFF:203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::1", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002:ffff::", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8:0:0:1::", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["fe80::2%eth1", "fe80:0:0:0::/64"],
    ["not an address", "not an address"],
    ["not:an:address", "not:an:address"],
    ["", ""],
  ])("%s is %s", (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  test.each([
    [16, "2001::/16"],
    [33, "2001:db8:8000::/33"],
    [48, "2001:db8:ffff::/48"],
    [56, "2001:db8:ffff:1200::/56"],
    [112, "2001:db8:ffff:12ff:0:0:abcd::/112"],
    [127, "2001:db8:ffff:12ff:0:0:abcd:fffe/127"],
    [128, "2001:db8:ffff:12ff:0:0:abcd:ffff/128"],
  ])("has %i bits of an IPv6 address", (bits, key) => {
    expect(addressKey("2001:db8:ffff:12ff::abcd:ffff", bits)).toBe(key);
    expect(addressKey("::ffff:203.0.113.7", bits)).toBe("203.0.113.7");
  });

  test("tells networks apart and keeps hosts of one together", () => {
    const group = fc.nat(0xffff).map((n) => n.toString(16));
    fc.assert(
      fc.property(fc.array(group, { minLength: 12, maxLength: 12 }), (groups) => {
        const network = ["2001", ...groups.slice(0, 3)].join(":");
        const host = groups.slice(4, 8).join(":");
        const other = groups.slice(8, 12).join(":");
        expect(addressKey(`${network}:${host}`)).toBe(addressKey(`${network}:${other}`));
        expect(addressKey(`${network}:${host}`)).not.toBe(addressKey(`2002${network.slice(4)}:${host}`));
      }),
    );
  });

  test("is short, and made of anything without a throw", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 300 }),
        fc.constantFrom("", ":", "::ffff:"),
        (text, start) => {
          expect(addressKey(start + text).length).toBeLessThanOrEqual(64);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("the address that proxies forward", () => {
  test.each([
    ["203.0.113.7", 1, "203.0.113.7"],
    ["spoofed, 203.0.113.7", 1, "203.0.113.7"],
    ["spoofed, 203.0.113.7, 10.0.0.1", 2, "203.0.113.7"],
    ["203.0.113.7,10.0.0.1", 2, "203.0.113.7"],
    ["  203.0.113.7  ", 1, "203.0.113.7"],
    ["203.0.113.7:1234", 1, "203.0.113.7"],
    ["[2001:db8::7]:1234", 1, "2001:db8::7"],
    ["[2001:db8::7]", 1, "2001:db8::7"],
    ["2001:db8::7", 1, "2001:db8::7"],
    ["203.0.113.7", 0, undefined],
    ["203.0.113.7", -1, undefined],
    ["203.0.113.7", 2, undefined],
    ["203.0.113.7,", 1, undefined],
    ["203.0.113.7, ,10.0.0.1", 2, undefined],
    ["\u009b31m203.0.113.7", 1, undefined],
    ["a".repeat(15_000), 1, undefined],
    ["fe80::1%eth0", 1, "fe80::1%eth0"],
    ["[fe80::1%eth0]:1234", 1, "fe80::1%eth0"],
    ["::ffff:203.0.113.7", 1, "::ffff:203.0.113.7"],
    ["\t203.0.113.7\t,\t10.0.0.1 ", 2, "203.0.113.7"],
    [",,, 203.0.113.7", 1, "203.0.113.7"],
    [", 10.0.0.1", 2, undefined],
    ["203.0.113.7, 10.0.0.2, 10.0.0.1", 4, undefined],
    // What is no address, though it is written with the same letters.
    ["1.2.3.4.5", 1, undefined],
    ["256.0.113.7", 1, undefined],
    ["203.0.113", 1, undefined],
    ["203.0.113.007", 1, undefined],
    ["3405803783", 1, undefined],
    ["0xcb.0.113.7", 1, undefined],
    ["....", 1, undefined],
    ["::::", 1, undefined],
    ["deadbeef", 1, undefined],
    ["2001:db8::7::1", 1, undefined],
    ["2001:db8::12345", 1, undefined],
    ["203.0.113.7%eth0", 1, undefined],
    ["fe80::1%", 1, undefined],
    ["fe80::1%eth0%eth1", 1, undefined],
    // What some proxies write in place of an address, and the syntax of `Forwarded`.
    ["unknown", 1, undefined],
    ["_hidden", 1, undefined],
    ['"[2001:db8::7]:1234"', 1, undefined],
    ["for=203.0.113.7", 1, undefined],
    ["[2001:db8::7", 1, undefined],
    ["[2001:db8::7]1234", 1, undefined],
    ["[[2001:db8::7]]", 1, undefined],
    ["2001:db8::7]:1234", 1, undefined],
    ["203.0.113.7:", 1, undefined],
    ["203.0.113.7:port", 1, undefined],
    ["203.0.113.7 10.0.0.1", 1, undefined],
    ["", 1, undefined],
    [null, 1, undefined],
    [undefined, 1, undefined],
  ])("%j behind %i is %s", (header, trusted, address) => {
    expect(forwardedClientAddress(header, trusted)).toBe(address);
  });

  test("what a caller puts before it never counts", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (spoofed) => {
        expect(forwardedClientAddress(`${spoofed}, 203.0.113.7`, 1)).toBe("203.0.113.7");
        expect(forwardedClientAddress(`${spoofed}, 203.0.113.7, 10.0.0.1`, 2)).toBe("203.0.113.7");
      }),
    );
  });

  test("the number of proxies is a number", () => {
    expect(trustedProxyCount()).toBe(0);
    expect(trustedProxyCount(2)).toBe(2);
    for (const wrong of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => trustedProxyCount(wrong)).toThrow(
        expect.objectContaining({ code: "ERR_TRUSTED_PROXIES" }),
      );
    }
  });
});
