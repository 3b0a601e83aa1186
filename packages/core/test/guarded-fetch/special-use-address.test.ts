import fc from "fast-check";
import { BlockList, isIP } from "node:net";
import { describe, expect, it } from "vitest";
import { isPrivateUseAddress, isSpecialUseAddress } from "../../src/guarded-fetch/special-use-address.js";
import { NO_ADDRESS, PUBLIC, SPECIAL } from "./addresses.js";

/** The ranges again, read by an implementation that is not ours. */
function blockList(family: "ipv4" | "ipv6", ranges: string): BlockList {
  const list = new BlockList();
  for (const range of ranges.split(/\s+/)) {
    const [network = "", length] = range.split("/");
    list.addSubnet(network, Number(length), family);
  }
  return list;
}
// Two lists, since BlockList looks for an IPv4 address among the mapped ones of IPv6 too.
const specialIpv4 = blockList(
  "ipv4",
  `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
  192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15
  198.51.100.0/24 203.0.113.0/24 224.0.0.0/3`,
);
const specialIpv6 = blockList(
  "ipv6",
  "::/3 2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20 4000::/2 8000::/1",
);

describe("a special-use address", () => {
  it.each(SPECIAL)("CIMD-7 %s is refused: %s", (address) => {
    expect(isIP(address)).not.toBe(0);
    expect(isSpecialUseAddress(address)).toBe(true);
  });

  it.each(NO_ADDRESS)("CIMD-7 %j is no address and refused", (text) => {
    expect(isSpecialUseAddress(text)).toBe(true);
  });

  it.each(PUBLIC)("%s is not: %s", (address) => {
    expect(isIP(address)).not.toBe(0);
    expect(isSpecialUseAddress(address)).toBe(false);
  });

  it("is what another implementation says, for every IPv4 address", () => {
    const byte = fc.oneof(
      fc.nat(255),
      fc.constantFrom(0, 10, 100, 127, 168, 169, 172, 192, 198, 203, 254, 255),
    );
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
        const address = bytes.join(".");
        expect(isSpecialUseAddress(address)).toBe(specialIpv4.check(address, "ipv4"));
      }),
      { numRuns: 2000 },
    );
  });

  it("is what another implementation says, for every IPv6 address in every spelling", () => {
    const group = fc.oneof(
      fc.nat(0xffff),
      fc.constantFrom(0, 1, 0x1ff, 0x2001, 0x2002, 0xdb8, 0x3fff, 0x2620, 0x4f),
    );
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const plain = groups.map((value) => value.toString(16)).join(":");
        const padded = groups.map((value) => value.toString(16).padStart(4, "0").toUpperCase()).join(":");
        const short = new URL(`http://[${plain}]`).hostname.slice(1, -1);
        const expected = specialIpv6.check(plain, "ipv6");
        expect([plain, padded, short].map(isSpecialUseAddress)).toEqual([expected, expected, expected]);
      }),
      { numRuns: 2000 },
    );
  });

  it("takes any text without a throw, and lets none pass that is no address", () => {
    const digits = fc.stringMatching(/^[0-9a-fx:.%[\]/ \n]{0,45}$/);
    fc.assert(
      fc.property(fc.oneof(digits, fc.string({ unit: "binary", maxLength: 60 })), (text) => {
        if (!isSpecialUseAddress(text)) expect(isIP(text)).not.toBe(0);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("a private-use address", () => {
  const privateIpv4 = blockList("ipv4", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 127.0.0.0/8");

  it.each([
    "10.0.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "127.0.0.1",
    "::1",
    "fc00::1",
    "fdff::1",
  ])("%s is one", (address) => {
    expect(isPrivateUseAddress(address)).toBe(true);
    expect(isSpecialUseAddress(address)).toBe(true);
  });

  it.each([
    ...PUBLIC.map(([address]) => address),
    ...NO_ADDRESS,
    ...["169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "0.0.0.0", "224.0.0.1", "::"],
    ...[
      "fd00:ec2::254",
      "fd20:ce::254",
      "fe80::1",
      "ff02::1",
      "::ffff:10.0.0.1",
      "64:ff9b::a00:1",
      "2002:a00:1::",
    ],
  ])("%j is none", (address) => {
    expect(isPrivateUseAddress(address)).toBe(false);
  });

  it("is what another implementation says, for every IPv4 address but a metadata service's", () => {
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(10, 16, 31, 64, 100, 127, 168, 172, 192));
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
        const address = bytes.join(".");
        fc.pre(address !== "100.100.100.200");
        expect(isPrivateUseAddress(address)).toBe(privateIpv4.check(address, "ipv4"));
      }),
      { numRuns: 2000 },
    );
  });
});
