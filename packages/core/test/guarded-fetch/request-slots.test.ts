import { describe, expect, it } from "vitest";
import { requestSlots, type RequestSlot } from "../../src/guarded-fetch/request-slots.js";
import { siteOf } from "../../src/guarded-fetch/site-of.js";

let now = 1_800_000_000_000;

function slotsOf(maxConcurrent = 10) {
  const slots = requestSlots(maxConcurrent, () => now);
  const known = new Set<string>();
  const take = (host: string, path = "/document") => {
    const url = new URL(`https://${host}${path}`);
    return slots.take(url, known.has(url.href));
  };
  /** Takes as many as there are. */
  const takeAll = (host: string): readonly RequestSlot[] => {
    const taken: RequestSlot[] = [];
    for (let slot = take(host); slot; slot = take(host)) taken.push(slot);
    return taken;
  };
  /** The documents of these hosts are known. */
  const know = (...hosts: readonly string[]) =>
    hosts.forEach((host) => known.add(`https://${host}/document`));
  /** Strangers hold every slot that is not kept. */
  const fill = () => ["a", "b", "c", "d"].forEach((host) => takeAll(`tarpit.${host}.test`));
  return { take, takeAll, know, fill };
}

describe("the slots for requests", () => {
  it("are held by one tarpit host to a fifth, and by all hosts of its domain to three tenths", () => {
    const { takeAll, take } = slotsOf();
    expect(takeAll("tarpit.example")).toHaveLength(2);
    expect(takeAll("a.tarpit.example")).toHaveLength(1);
    expect(takeAll("b.tarpit.example")).toHaveLength(0);
    expect(take("honest.example.org")).toBeDefined();
  });

  it("are held by all IPv6 addresses of one network to three tenths, as they have one owner", () => {
    const { takeAll, take } = slotsOf();
    const addresses = Array.from({ length: 10 }, (_, i) => `[2606:4700:0:1::${i + 1}]`);
    expect(addresses.flatMap(takeAll)).toHaveLength(3);
    expect(take("[2606:4700:0:2::1]")).toBeDefined();
  });

  it("leave room for a known URL however many tarpits there are", () => {
    const { takeAll, know, take } = slotsOf();
    know("honest.test");
    const tarpits = Array.from({ length: 72 }, (_, i) => takeAll(`tarpit-${i}.test`)).flat();
    expect(tarpits).toHaveLength(7);
    expect(take("stranger.test")).toBeUndefined();
    const [honest, ...more] = takeAll("honest.test");
    expect(more).toEqual([]);
    honest?.end("answer");
    expect(take("honest.test")).toBeDefined();
  });

  it("that are kept go to one request of a site, so that a known tarpit holds one", () => {
    const { takeAll, know, take, fill } = slotsOf();
    know("honest.test", "evil.test", "a.evil.test", "b.evil.test");
    fill();
    expect(["evil.test", "a.evil.test", "b.evil.test"].flatMap(takeAll)).toHaveLength(1);
    expect(take("honest.test")).toBeDefined();
  });

  it("that are kept go to no site for ten times as long as it held one, whatever its hosts and URLs", () => {
    const { know, take, fill } = slotsOf();
    know("tarpit.test", "a.tarpit.test", "honest.test");
    fill();
    const slot = take("tarpit.test");
    now += 5_000;
    slot?.end("answer");
    now += 49_999;
    expect([take("tarpit.test"), take("a.tarpit.test")]).toEqual([undefined, undefined]);
    expect(take("honest.test")).toBeDefined();
    now += 1;
    expect(take("a.tarpit.test")).toBeDefined();
  });

  it("that are kept go to short requests one after another, until they come to half a second", () => {
    const { know, take, fill } = slotsOf();
    know("honest.test");
    fill();
    const hold = (milliseconds: number) => {
      const slot = take("honest.test");
      now += milliseconds;
      slot?.end("answer");
      return slot !== undefined;
    };
    expect([hold(200), hold(200), hold(200), hold(200)]).toEqual([true, true, true, false]);
    // Ten times the 600 ms, without the 600 ms that have passed since the first ended.
    now += 5_399;
    expect(hold(0)).toBe(false);
    now += 1;
    expect(hold(0)).toBe(true);
  });

  it("that are kept are not refused for long where the clock was put back", () => {
    const { know, take, fill } = slotsOf();
    know("slow.test");
    fill();
    const slot = take("slow.test");
    now += 5_000;
    slot?.end("answer");
    now -= 3_600_000;
    expect(take("slow.test")).toBeDefined();
  });

  it("are not kept for strangers, however many documents they serve", () => {
    const { takeAll, know, take } = slotsOf();
    know("honest.test");
    for (let index = 0; index < 1_100; index += 1) take(`z${index}.abc.test`)?.end("answer");
    for (const host of ["one", "two", "three", "four", "five", "six"]) {
      take(`${host}.test`)?.end("answer");
      takeAll(`${host}.test`);
    }
    expect(take("seven.test")).toBeUndefined();
    expect(take("honest.test")).toBeDefined();
  });

  it("are given again when the work has ended, and not before", () => {
    const { takeAll, take } = slotsOf();
    const [first] = takeAll("slow.test");
    expect(take("slow.test")).toBeUndefined();
    first?.end("answer");
    expect(take("slow.test")).toBeDefined();
  });

  it("spare an origin that does not answer, for longer each time and a minute at most", () => {
    const { take } = slotsOf();
    for (const seconds of [5, 10, 20, 40, 60, 60]) {
      take("silent.test")?.end("nothing");
      now += seconds * 1000 - 1;
      expect(take("silent.test"), `within ${seconds} s`).toBeUndefined();
      now += 1;
    }
    take("silent.test")?.end("answer");
    expect(take("silent.test")).toBeDefined();
  });

  it("do not spare an origin for its neighbour, or for another port", () => {
    const { take } = slotsOf();
    take("shared.test:8443")?.end("nothing");
    expect(take("shared.test:8443")).toBeUndefined();
    expect(take("shared.test")).toBeDefined();
    expect(take("other.shared.test")).toBeDefined();
  });

  it("do not spare an origin for long where the clock was put back", () => {
    const { take } = slotsOf();
    take("silent.test")?.end("nothing");
    now -= 3_600_000;
    expect(take("silent.test")).toBeDefined();
  });

  it("are kept for a known URL while a stranger names a silent path of its host again and again", () => {
    const { know, take } = slotsOf();
    know("honest.test");
    for (let round = 0; round < 5; round += 1) {
      take("honest.test", "/long-poll")?.end("nothing");
      now += 60_000;
      take("honest.test", "/long-poll")?.end("nothing");
      expect(take("honest.test", "/new-document")).toBeUndefined();
      const slot = take("honest.test");
      expect(slot).toBeDefined();
      if (round < 4) slot?.end("answer");
    }
  });

  it("are not kept for a known URL that was silent itself, for longer each time", () => {
    const { know, take, fill } = slotsOf();
    know("fallen.test");
    take("fallen.test")?.end("nothing");
    fill();
    now += 4_999;
    expect(take("fallen.test")).toBeUndefined();
    now += 1;
    take("fallen.test")?.end("nothing");
    now += 9_999;
    expect(take("fallen.test")).toBeUndefined();
  });

  it.each([1, 2, 3])("are %i together where there are no more", (count) => {
    const { take, know } = slotsOf(count);
    const hosts = Array.from({ length: 5 }, (_, i) => `host-${i}.test${i}`);
    know(...hosts);
    expect(hosts.filter((host) => take(host))).toHaveLength(count);
  });
});

describe("the site of a host", () => {
  it.each([
    ["example.com", "example.com"],
    ["a.b.example.com", "example.com"],
    ["a.example.co.uk", "example.co.uk"],
    ["example.co.uk", "example.co.uk"],
    ["a.b.example.de", "example.de"],
    ["a.abc.io", "abc.io"],
    ["b.abc.io", "abc.io"],
    ["203.0.113.7", "203.0.113.7"],
    ["[2001:db8::1]", "2001:db8:0:0"],
    ["[2001:db8::2:0:0:1]", "2001:db8:0:0"],
    ["[2001:db8:0:1::1]", "2001:db8:0:1"],
    ["localhost", "localhost"],
  ])("%s is of %s", (host, site) => {
    expect(siteOf(host)).toBe(site);
  });
});
