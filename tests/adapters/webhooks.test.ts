import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { AuditEvent } from "@oauth-dcr/core";
import { webConnection } from "@oauth-dcr/core/guarded-fetch";
import {
  memoryWebhookQueue,
  verifyWebhook,
  webhookDelivery,
  type WebhookDelivery,
  type WebhookDeliveryOptions,
} from "@oauth-dcr/core/webhooks";
import { pinnedConnection, scheduleWebhooks } from "@oauth-dcr/node";
import { afterEach, describe, expect, it, vi } from "vitest";
import { connectionTo } from "../../packages/adapter-node/src/pinned-connection/pinned-connection.js";
import { selfSignedCertificate } from "../guarded-fetch/support/certificate.js";

const SECRET = `whsec_${btoa("a secret of some 32 random bytes")}`;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function event(clientId: string): AuditEvent {
  return { type: "client_disabled", at: new Date().toISOString(), actor: "operator", clientId };
}

/** A receiver that verifies what it gets, and answers as it is told. */
async function receiver(listener: RequestListener, port = 0, server: Server = createServer()) {
  server.on("request", listener);
  await once(server.listen(port, "127.0.0.1"), "listening");
  const kill = (): void => {
    server.closeAllConnections();
    server.close();
  };
  ends.push(kill);
  return { kill, port: (server.address() as AddressInfo).port };
}

async function clientOf(request: IncomingMessage): Promise<string> {
  const webhook = { headers: request.headers, body: await text(request) };
  const verified = verifyWebhook(webhook, { secrets: [SECRET], toleranceSeconds: 86_400 });
  if (!verified.ok) throw new Error(verified.error);
  return verified.value.payload.data.client_id ?? "";
}

/** A queue in memory, and who delivers from it to a port of this machine. */
function toPort(port: number, more: Partial<WebhookDeliveryOptions> = {}) {
  const queue = memoryWebhookQueue();
  const delivery = webhookDelivery({
    endpoint: {
      name: `port-${port}`,
      url: `http://127.0.0.1:${port}/hooks`,
      secrets: [SECRET],
      allowPrivateUrl: true,
    },
    queue,
    connection: webConnection(),
    onError: () => undefined,
    ...more,
  });
  return { queue, delivery };
}

/** Resolves with what was told, in its order, when it is so much. */
function told<T>(number: number) {
  const all: T[] = [];
  let resolve: (all: T[]) => void;
  const enough = new Promise<T[]>((done) => (resolve = done));
  return {
    enough,
    all,
    tell: (one: T): void => {
      all.push(one);
      if (all.length === number) resolve(all);
    },
  };
}

describe("webhooks to real receivers", () => {
  it("come to one while another one hangs and a third one is not there", async () => {
    const { tell, enough } = told<string>(50);
    const hanging = told<string>(1);
    const good = await receiver((request, response) => {
      void clientOf(request).then((client) => {
        response.writeHead(204).end();
        tell(client);
      });
    });
    const hang = await receiver((request) => void clientOf(request).then(hanging.tell));
    const gone = await receiver(() => undefined);
    gone.kill();
    const three = [good, hang, gone].map(({ port }) => toPort(port));
    const webhooks = scheduleWebhooks(three.map(({ delivery }) => delivery));
    ends.push(async () => webhooks.stop());
    for (let i = 0; i < 50; i += 1) for (const { queue } of three) await queue.record(event(`c${i}`));
    webhooks.wake();
    await hanging.enough;
    expect(new Set(await enough).size).toBe(50);
  });

  it("are sent again when the receiver was killed in the middle of a request, and is back", async () => {
    let offset = 0;
    const begun = told<string>(1);
    const first = await receiver((request) => void clientOf(request).then(begun.tell));
    const { queue, delivery } = toPort(first.port, { clock: () => Date.now() + offset });
    await queue.record(event("a"));
    const round = delivery.deliver();
    await begun.enough;
    first.kill();
    expect(await round).toMatchObject({ delivered: 0, failed: 1 });
    offset += 5000;
    expect(await delivery.deliver()).toMatchObject({ delivered: 0, failed: 1 });

    const again = told<string>(1);
    await receiver((request, response) => {
      void clientOf(request).then((client) => {
        response.writeHead(200).end("taken");
        again.tell(client);
      });
    }, first.port);
    offset += 60_000;
    expect(await delivery.deliver()).toMatchObject({ delivered: 1, failed: 0 });
    expect(again.all).toEqual(["a"]);
  });

  it("do not follow a redirect, and do not read an endless answer", async () => {
    const paths: (string | undefined)[] = [];
    const { port } = await receiver((request, response) => {
      paths.push(request.url);
      if (paths.length === 1) response.writeHead(307, { location: "/elsewhere" }).end();
      else {
        response.writeHead(200);
        const write = (): void => {
          while (response.write("x".repeat(10_000)));
        };
        response.on("drain", write);
        write();
      }
    });
    const { queue, delivery } = toPort(port);
    await queue.record(event("a"));
    expect(await delivery.deliver()).toMatchObject({ delivered: 0, failed: 1 });
    await queue.record(event("b"));
    expect(await delivery.deliver()).toMatchObject({ delivered: 1, failed: 0 });
    expect(paths).toEqual(["/hooks", "/hooks"]);
  });

  it("go to a public host by a pinned connection, and to no special-use address", async () => {
    const { key, cert } = await selfSignedCertificate(["receiver.example"]);
    const clients: string[] = [];
    const { port } = await receiver(
      (request, response) => {
        expect(request.method).toBe("POST");
        void clientOf(request).then((client) => {
          clients.push(client);
          response.writeHead(202).end();
        });
      },
      0,
      createHttpsServer({ key, cert }),
    );
    const endpoint = { name: "tls", url: `https://receiver.example:${port}/hooks`, secrets: [SECRET] };
    const resolve = () => Promise.resolve(["127.0.0.1"]);
    const errors: string[] = [];
    const onError = (error: Error): void => void errors.push(error.message);
    const refused = toPort(port, { endpoint, connection: pinnedConnection({ ca: cert, resolve }), onError });
    await refused.queue.record(event("a"));
    expect(await refused.delivery.deliver()).toMatchObject({ delivered: 0, failed: 1 });
    expect(errors[0]).toContain("special-use address");
    expect(clients).toEqual([]);

    const taken = toPort(port, { endpoint, connection: connectionTo({ ca: cert, resolve }, () => false) });
    await taken.queue.record(event("\u{1F980}"));
    expect(await taken.delivery.deliver()).toMatchObject({ delivered: 1, failed: 0 });
    expect(clients).toEqual(["\u{1F980}"]);
  });
});

describe("scheduleWebhooks", () => {
  afterEach(() => void vi.useRealTimers());

  function scripted(rounds: readonly (boolean | Error)[]) {
    let calls = 0;
    const closed = vi.fn(async () => Promise.resolve());
    const delivery: WebhookDelivery = {
      deliver() {
        const round = rounds[calls] ?? false;
        calls += 1;
        if (round instanceof Error) return Promise.reject(round);
        return Promise.resolve({ delivered: 0, failed: 0, more: round });
      },
      close: closed,
    };
    return { delivery, closed, calls: () => calls };
  }

  it("delivers at once, goes on while there is more, and rests", async () => {
    vi.useFakeTimers();
    const { delivery, calls, closed } = scripted([true, true, false]);
    const webhooks = scheduleWebhooks([delivery], { everySeconds: 2 });
    await vi.advanceTimersByTimeAsync(1999);
    expect(calls()).toBe(3);
    await vi.advanceTimersByTimeAsync(1);
    expect(calls()).toBe(4);
    webhooks.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(calls()).toBe(5);
    await webhooks.stop();
    webhooks.wake();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(calls()).toBe(5);
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it("rests after an error, however many events come, and tells of it once a minute", async () => {
    vi.useFakeTimers();
    const { delivery, calls } = scripted(Array.from({ length: 1000 }, () => new Error("no database")));
    const onError = vi.fn(() => {
      throw new Error("mine");
    });
    const webhooks = scheduleWebhooks([delivery], { onError });
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    await vi.advanceTimersByTimeAsync(0);
    for (let i = 0; i < 100; i += 1) webhooks.wake();
    await vi.advanceTimersByTimeAsync(999);
    expect(calls()).toBe(1);
    await vi.advanceTimersByTimeAsync(59_001);
    expect(calls()).toBe(61);
    expect(onError).toHaveBeenCalledTimes(2);
    await webhooks.stop();
    vi.restoreAllMocks();
  });

  it.each([0, -1, 0.5, 3601, NaN])("refuses a rest of %s seconds", (everySeconds) => {
    expect(() => scheduleWebhooks([], { everySeconds })).toThrow("everySeconds:");
    expect(() => scheduleWebhooks([], { everySecond: 1 } as never)).toThrow("did you mean everySeconds?");
  });
});
