import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { AddressRefusedError } from "../../src/guarded-fetch/index.js";
import { memoryWebhookQueue, webhookDelivery, webhookRetrySeconds } from "../../src/webhooks/index.js";
import { clientsOf, ENDPOINT, event, memoryDelivery, SECRET } from "./support.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("webhookRetrySeconds", () => {
  it("grows to six hours, is never more than halved, and ends", () => {
    const schedule = Array.from({ length: 12 }, (_, index) => webhookRetrySeconds(index + 1, 0));
    expect(schedule).toEqual([5, 20, 80, 320, 1280, 5120, 20_480, 21_600, 21_600, 21_600, 21_600, undefined]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 11 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (n, random) => {
          const [longest = 0, seconds = 0] = [webhookRetrySeconds(n, 0), webhookRetrySeconds(n, random)];
          expect(seconds).toBeLessThanOrEqual(longest);
          expect(seconds).toBeGreaterThan(longest / 2);
        },
      ),
    );
  });
});

describe("webhookDelivery", () => {
  it("sends an event as a signed POST request", async () => {
    const { queue, received, deliverAll, time } = memoryDelivery(() => 204);
    await queue.record(event("a"));
    await deliverAll();
    expect(received.length).toBe(1);
    const { request, payload } = received[0]!;
    expect(request.url.href).toBe(ENDPOINT.url);
    expect(request.headers["content-type"]).toBe("application/json");
    expect(request.headers["webhook-timestamp"]).toBe(String(time.now / 1000));
    expect(payload).toEqual({
      type: "client.disabled",
      timestamp: "2026-09-21T14:13:20.000Z",
      data: { client_id: "a", actor: "operator" },
    });
    const { "webhook-id": id = "", "webhook-signature": signature } = request.headers;
    expect(new Webhook(SECRET).sign(id, new Date(time.now), request.body ?? "")).toBe(signature);
  });

  it("sends several clients at once, and those of one client one after another", async () => {
    const underWay = new Set<string | undefined>();
    let [most, together] = [0, 0];
    const { queue, received, deliverAll } = memoryDelivery(async ({ payload: { data } }) => {
      if (underWay.has(data.client_id)) together += 1;
      underWay.add(data.client_id);
      most = Math.max(most, underWay.size);
      await Promise.resolve();
      underWay.delete(data.client_id);
      return 200;
    });
    for (let i = 0; i < 40; i += 1) {
      await queue.record(event(`c${i}`));
      await queue.record(event(`c${i}`, "client_enabled"));
    }
    await deliverAll();
    expect(together).toBe(0);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(16);
    expect(received.length).toBe(80);
    for (let i = 0; i < 40; i += 1) {
      const types = received.filter(({ payload }) => payload.data.client_id === `c${i}`);
      expect(types.map(({ payload }) => payload.type)).toEqual(["client.disabled", "client.enabled"]);
    }
  });

  it("leaves no warning of a leak where many messages are sent at once", async () => {
    const warnings: string[] = [];
    const listen = ({ message }: Error): void => void warnings.push(message);
    process.on("warning", listen);
    let [underWay, most] = [0, 0];
    const { queue, deliverAll } = memoryDelivery(async () => {
      most = Math.max(most, (underWay += 1));
      await new Promise((resolve) => setTimeout(resolve, 10));
      underWay -= 1;
      return 200;
    });
    for (let client = 0; client < 16; client += 1) await queue.record(event(`client ${client}`));
    await deliverAll();
    process.off("warning", listen);
    expect([most, warnings]).toEqual([16, []]);
  });

  it("sends a message again with the same id and a new time, behind others, until it is taken", async () => {
    let isBroken = true;
    const { queue, received, deliverAll, time, errors } = memoryDelivery(({ payload }) =>
      isBroken && payload.data.client_id === "a" ? 500 : 200,
    );
    await queue.record(event("a"));
    await queue.record(event("a", "client_enabled"));
    await queue.record(event("b"));
    await deliverAll();
    expect(clientsOf(received)).toEqual(["a", "b"]);
    expect(errors).toEqual([
      "webhooks of test: 1 attempts failed (the last: status 500), 0 messages are dead, 0 are lost",
    ]);
    isBroken = false;
    await deliverAll();
    expect(received.length).toBe(2);
    time.now += 5000;
    await deliverAll();
    expect(received.slice(2).map(({ payload }) => payload.type)).toEqual([
      "client.disabled",
      "client.enabled",
    ]);
    expect(received[2]?.id).toBe(received[0]?.id);
    expect(received[2]?.request.headers["webhook-timestamp"]).not.toBe(
      received[0]?.request.headers["webhook-timestamp"],
    );
  });

  it("gives up after 12 attempts, goes on with the client's next message, and delivers the dead one when told", async () => {
    let isBroken = true;
    const { queue, received, deliverAll, time } = memoryDelivery(({ payload }) =>
      isBroken && payload.type === "client.disabled" ? 400 : 200,
    );
    await queue.record(event("a"));
    await queue.record(event("a", "client_enabled"));
    for (let i = 0; i < 20; i += 1, time.now += DAY / 4) await deliverAll();
    expect(received.map(({ payload }) => payload.type)).toEqual([
      ...Array<string>(12).fill("client.disabled"),
      "client.enabled",
    ]);
    expect(queue.listDead()).toMatchObject([{ lane: "a", attempts: 12, problem: "status 400" }]);
    isBroken = false;
    expect(queue.redeliver()).toBe(1);
    await deliverAll();
    expect(received.at(-1)?.id).toBe(received[0]?.id);
    expect(queue.listDead()).toEqual([]);
  });

  it("delivers at once what waits when the endpoint is back", async () => {
    let isDown = true;
    const { queue, received, deliverAll, time } = memoryDelivery(() => (isDown ? 503 : 200));
    for (const name of ["a", "b", "c"]) await queue.record(event(name));
    for (let i = 0; i < 6; i += 1, time.now += 2 * HOUR) await deliverAll();
    isDown = false;
    received.length = 0;
    time.now += 1000 - 2 * HOUR;
    await queue.record(event("new"));
    await deliverAll();
    expect(clientsOf(received)).toEqual(["new", "a", "b", "c"]);
  });

  it("does not try a message again with each success of others", async () => {
    const { queue, received, deliverAll, time } = memoryDelivery(({ payload }) =>
      payload.data.client_id?.startsWith("bad") ? 400 : 200,
    );
    for (let i = 0; i < 10; i += 1, time.now += 100) {
      await queue.record(event(`bad${i}`));
      await deliverAll();
      await queue.record(event(`good${i}`));
      await deliverAll();
    }
    expect(received).toHaveLength(20);
  });

  it("stops taking events when 2,000 messages wait, and loses none of them", async () => {
    let isDown = true;
    const { queue, received, deliverAll, time } = memoryDelivery(() => (isDown ? 503 : 200));
    for (let i = 0; i < 2100; i += 1) await queue.record(event(`c${i}`));
    await deliverAll();
    expect(received.length).toBe(2000);
    isDown = false;
    received.length = 0;
    time.now += 5000;
    await deliverAll();
    expect(new Set(clientsOf(received)).size).toBe(2100);
    expect(received.length).toBe(2100);
  });

  it("gives up the 21st message of a client whose first one waits, so that it does not fill the queue", async () => {
    const { queue, received, deliverAll } = memoryDelivery(({ payload }) =>
      payload.data.client_id === "bad" ? 400 : 200,
    );
    for (let i = 0; i < 30; i += 1) await queue.record(event("bad"));
    await queue.record(event("good"));
    await deliverAll();
    expect(clientsOf(received)).toEqual(["bad", "good"]);
    expect(queue.listDead()).toHaveLength(10);
    expect(queue.listDead()[0]?.problem).toBe("too many messages of the client wait");
  });

  it("tells how many events had no room in memory", async () => {
    const { queue, received, errors, deliverAll } = memoryDelivery(() => 200, {}, 1000);
    for (let i = 0; i < 20; i += 1) await queue.record(event(`c${i}`));
    await deliverAll();
    expect(errors).toEqual([
      `webhooks of test: 0 attempts failed, 0 messages are dead, ${20 - received.length} are lost`,
    ]);
    expect(received.length).toBeGreaterThan(5);
  });

  it("makes room for new events in memory by the oldest dead messages", async () => {
    const { queue, deliverAll, time } = memoryDelivery(() => 400, {}, 1000);
    for (let i = 0; i < 8; i += 1) await queue.record(event(`c${i}`));
    for (let i = 0; i < 20; i += 1, time.now += DAY / 4) await deliverAll();
    expect(queue.listDead()).toHaveLength(8);
    for (let i = 0; i < 4; i += 1) await queue.record(event(`d${i}`));
    expect(queue.listDead().map(({ lane }) => lane)).not.toContain("c0");
    for (let i = 0; i < 20; i += 1, time.now += DAY / 4) await deliverAll();
    expect(queue.listDead().map(({ lane }) => lane)).toEqual(
      expect.arrayContaining(["d0", "d1", "d2", "d3"]),
    );
  });

  it("sends only the events that the endpoint wants", async () => {
    const endpoint = { ...ENDPOINT, events: ["client.enabled"] as const };
    const { queue, received, deliverAll } = memoryDelivery(() => 200, { endpoint });
    await queue.record(event("a"));
    await queue.record(event("a", "client_enabled"));
    await deliverAll();
    expect(received.map(({ payload }) => payload.type)).toEqual(["client.enabled"]);
  });

  it("tells of trouble at once, and then once a minute with numbers", async () => {
    const { queue, errors, deliverAll, time } = memoryDelivery(() => 500);
    for (let i = 0; i < 5; i += 1) {
      await queue.record(event(`c${i}`));
      await deliverAll();
    }
    expect(errors).toHaveLength(1);
    time.now += 61_000;
    await queue.record(event("d"));
    await deliverAll();
    expect(errors).toHaveLength(2);
    expect(errors[1]).toMatch(/^webhooks of test: \d+ attempts failed \(the last: status 500\)/);
  });

  it.each([
    ["a refused address", () => Promise.reject(new AddressRefusedError()), "special-use address"],
    ["a redirect", () => Promise.resolve(new Response(null, { status: 307 })), "status 307"],
    [
      "no connection",
      () => Promise.reject(new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } })),
      "unreachable: ECONNREFUSED",
    ],
    [
      "a throw",
      () => {
        throw new Error("x".repeat(1000));
      },
      `unreachable: ${"x".repeat(200)}`,
    ],
    ["silence", () => new Promise<Response>(() => undefined), "no answer in time"],
  ])("does not take %s for a delivery", async (_what, connection, problem) => {
    const { queue, delivery, errors } = memoryDelivery(() => 0, { connection, timeoutSeconds: 0.05 });
    await queue.record(event("a"));
    expect(await delivery.deliver()).toMatchObject({ delivered: 0, failed: 1 });
    expect(errors[0]).toContain(`(the last: ${problem})`);
  });

  it("takes silence for none also where memory is collected meanwhile", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const { queue, delivery } = memoryDelivery(() => 0, {
      connection: () => new Promise<Response>(() => undefined),
      timeoutSeconds: 0.05,
    });
    await queue.record(event("a"));
    const round = delivery.deliver();
    const collecting = setInterval(collect, 5);
    expect(await round).toMatchObject({ delivered: 0, failed: 1 });
    clearInterval(collecting);
  });

  it("breaks off at its end, without an attempt counted, and does nothing afterwards", async () => {
    let begun: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const { queue, delivery, errors, received } = memoryDelivery(async () => {
      begun();
      return new Promise<number>(() => undefined);
    });
    await queue.record(event("a"));
    const round = delivery.deliver();
    await hasBegun;
    await delivery.close();
    expect(await round).toMatchObject({ delivered: 0 });
    expect(errors).toEqual([]);
    expect(await queue.next({ holder: "x", leaseSeconds: 1, now: Infinity, limit: 9 })).toMatchObject({
      due: [{ lane: "a", attempts: 0 }],
    });
    expect(await delivery.deliver()).toEqual({ delivered: 0, failed: 0, more: false });
    expect(received.length).toBe(1);
  });

  it("does not end when onError throws", async () => {
    const { queue, delivery } = memoryDelivery(() => 500, {
      onError: () => {
        throw new Error("mine");
      },
    });
    await queue.record(event("a"));
    expect(await delivery.deliver()).toMatchObject({ failed: 1 });
  });

  it("rejects with the queue's error, and goes on the next time", async () => {
    const inner = memoryWebhookQueue();
    let isBroken = true;
    const queue = {
      ...inner,
      next: (request: Parameters<typeof inner.next>[0]) =>
        isBroken ? Promise.reject(new Error("no database")) : inner.next(request),
    };
    const { delivery, received } = memoryDelivery(() => 200, { queue });
    await inner.record(event("a"));
    await expect(delivery.deliver()).rejects.toThrow("no database");
    isBroken = false;
    await delivery.deliver();
    expect(received.length).toBe(1);
  });

  const options = {
    endpoint: ENDPOINT,
    queue: memoryWebhookQueue(),
    connection: () => Promise.reject(new Error()),
  };
  it.each([
    ["http", { url: "http://receiver.example/" }],
    ["a private address", { url: "https://10.0.0.1/" }],
    ["a local name", { url: "https://localhost/" }],
    ["user information", { url: "https://a:b@receiver.example/" }],
    ["no URL", { url: "receiver" }],
    ["another scheme, even where it is private", { url: "file:///etc/passwd", allowPrivateUrl: true }],
    ["a secret of another form", { secrets: ["secret"] }],
    ["an unknown event", { events: ["client.exploded" as never] }],
    ["no event", { events: [] }],
    ["a name with a space", { name: "my hook" }],
  ])("refuses an endpoint with %s", (_what, more) => {
    expect(() => webhookDelivery({ ...options, endpoint: { ...ENDPOINT, ...more } })).toThrow(
      expect.objectContaining({ code: "ERR_OPTION" }),
    );
  });

  it.each(["http://127.0.0.1:9000/hooks", "http://receiver/hooks", "https://10.0.0.1/hooks?key=a"])(
    "takes %s where that is allowed",
    (url) => {
      const endpoint = { ...ENDPOINT, url, allowPrivateUrl: true };
      expect(() => webhookDelivery({ ...options, endpoint })).not.toThrow();
    },
  );
});
