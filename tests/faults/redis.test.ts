import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { memoryStore } from "@oauth-dcr/core/memory";
import { rateLimiterFlexible } from "@oauth-dcr/rate-limit";
import { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { runOauthDcr, startServer, type ServerProcess } from "../support/oauth-dcr-process.js";
import { canRunRedis, privateRedis, type PrivateRedis } from "./support/private-redis.js";
import { expectUnavailable, keepRegistering, statuses, type Registrations } from "./support/registrations.js";
import { tcpRelay, type TcpRelay } from "./support/tcp-relay.js";
import { describeUnless } from "../support/services.js";

const NOT_HERE = "neither redis-server nor valkey-server is installed";

/** So many that every fault is over before the limit is reached. */
const LIMIT = 500;

let redis: PrivateRedis;
let relay: TcpRelay;
const servers: ServerProcess[] = [];
let registrations: Registrations | undefined;

async function start(url: string, ...args: string[]): Promise<ServerProcess> {
  const shared = ["--database", "memory:", "--redis", url, "--rate-limit", `${LIMIT}/3600`, "--quota", "off"];
  const server = await startServer([...shared, ...args]);
  servers.push(server);
  return server;
}

/** How many requests Redis has counted for an issuer. */
async function counted(issuer: string): Promise<number> {
  const client = new Redis(redis.url);
  const count = Number(await client.get(`oauth-dcr:${issuer}:address:127.0.0.1`));
  await client.quit();
  return count;
}

/** Goes on until the limit is reached, and checks what holds whatever happened to Redis meanwhile. */
async function expectLimitKept(issuer: string): Promise<void> {
  await registrations?.more(429, 5);
  const answers = (await registrations?.stop()) ?? [];
  const { 201: admitted = 0, 429: refused = 0, 503: unavailable = 0, ...others } = statuses(answers);
  expect(others).toEqual({});
  expect(unavailable).toBeGreaterThan(0);
  expect(admitted).toBeLessThanOrEqual(LIMIT);
  expect(await counted(issuer)).toBeGreaterThanOrEqual(admitted + refused);
  for (const answer of answers) if (answer.status === 503) expectUnavailable(answer);
  for (const { status, retryAfter } of answers)
    if (status === 429) expect(Number(retryAfter)).toBeGreaterThan(0);
}

describeUnless(
  canRunRedis ? undefined : NOT_HERE,
  "oauth-dcr serve --redis, under registrations without end",
  () => {
    beforeAll(async () => {
      redis = await privateRedis();
      relay = await tcpRelay(redis.port);
    });
    beforeEach(async () => redis.start());
    afterEach(async () => {
      redis.resume();
      await registrations?.stop();
      registrations = undefined;
      await Promise.all(servers.splice(0).map(async (server) => server.end()));
    });
    afterAll(async () => {
      relay.close();
      await redis.remove();
    });

    it("answers 503 while Redis is gone, admits nobody, and goes on by itself when it is back", async () => {
      const server = await start(redis.url);
      registrations = keepRegistering([server]);
      for (let time = 0; time < 2; time += 1) {
        await registrations.more(201, 20);
        await redis.kill();
        expect(Object.keys(statuses(await registrations.more(503, 100)))).toEqual(["503"]);
        // Its store answers: it is not this process that a restart would mend.
        expect((await fetch(`${server.origin}/healthz`)).status).toBe(200);
        await redis.start();
        await registrations.more(201, 20);
      }
      await expectLimitKept(server.origin);
    });

    it("answers 503 while Redis is silent, admits nobody, and goes on by itself when it speaks again", async () => {
      const server = await start(redis.url);
      registrations = keepRegistering([server]);
      await registrations.more(201, 20);
      await redis.pause();
      // More than there are at once, so that some were sent after others had waited in vain.
      expect(Object.keys(statuses(await registrations.more(503, 20)))).toEqual(["503"]);
      redis.resume();
      await registrations.more(201, 20);
      await expectLimitKept(server.origin);
    });

    it("goes on after its connection to Redis was reset", async () => {
      const server = await start(`redis://127.0.0.1:${relay.port}`);
      registrations = keepRegistering([server]);
      for (let time = 0; time < 3; time += 1) {
        await registrations.more(201, 20);
        relay.reset();
        await registrations.more(503, 1);
      }
      await expectLimitKept(server.origin);
    });

    it("gives up a connection on which nothing comes any more, and makes another", async () => {
      const server = await start(`redis://127.0.0.1:${relay.port}`);
      registrations = keepRegistering([server]);
      await registrations.more(201, 20);
      relay.silence();
      await registrations.more(201, 20);
      await expectLimitKept(server.origin);
    });

    it("two servers of an issuer keep one limit through all of it", async () => {
      const issuer = "https://as.example";
      const one = await start(redis.url, "--issuer", issuer);
      const other = await start(`redis://127.0.0.1:${relay.port}`, "--issuer", issuer);
      registrations = keepRegistering([one, other]);
      for (const server of [0, 1]) await registrations.more(201, 20, server);
      relay.reset();
      await registrations.more(201, 20, 0);
      await redis.kill();
      expect(Object.keys(statuses(await registrations.more(503, 100)))).toEqual(["503"]);
      await redis.start();
      for (const server of [0, 1]) await registrations.more(201, 20, server);
      await expectLimitKept(issuer);
    });

    it("servers of two issuers take nothing from each other", async () => {
      const [one, other] = [await start(redis.url), await start(redis.url)];
      registrations = keepRegistering([one]);
      await registrations.more(201, 20);
      await registrations.stop();
      expect(await counted(one.origin)).toBeGreaterThanOrEqual(20);
      expect(await counted(other.origin)).toBe(0);
    });

    it("stops when it is told to while Redis is silent, and does not start then", async () => {
      await start(redis.url);
      await redis.pause();
      const [stopped, { code, stderr }] = await Promise.all([
        servers.pop()?.end(),
        runOauthDcr(["serve", "--database", "memory:", "--redis", redis.url]),
      ]);
      expect(stopped).toBe(0);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/--redis .* cannot be reached/)]);
    });

    it("admits while Redis is gone only where that was asked for, and is told each time", async () => {
      const storeClient = new Redis(redis.url, { enableOfflineQueue: false, commandTimeout: 2_000 });
      storeClient.on("error", () => undefined);
      const next = async (event: string) => new Promise((resolve) => storeClient.once(event, resolve));
      await next("ready");
      const told: unknown[] = [];
      const limiter = new RateLimiterRedis({ storeClient, keyPrefix: "admit", points: 3, duration: 3600 });
      const registration = createClientRegistration({
        ...mcpPreset({ issuer: "https://as.example" }),
        access: openRegistration({
          rateLimiter: rateLimiterFlexible(limiter),
          whenRateLimiterFails(error) {
            told.push(error);
            return "admit";
          },
        }),
        store: memoryStore(),
        audit: () => undefined,
      });
      const register = async () =>
        registration.registerClient({ redirect_uris: ["http://127.0.0.1/callback"] });
      const limited = { ok: false, error: { kind: "rate_limited" } };
      for (let time = 0; time < 3; time += 1) expect(await register()).toMatchObject({ ok: true });
      expect(await register()).toMatchObject(limited);

      await Promise.all([next("close"), redis.kill()]);
      for (let time = 0; time < 10; time += 1) expect(await register()).toMatchObject({ ok: true });
      expect(told).toHaveLength(10);
      expect(told.every((error) => error instanceof Error)).toBe(true);

      await Promise.all([next("ready"), redis.start()]);
      expect(await register()).toMatchObject(limited);
      expect(told).toHaveLength(10);
      storeClient.disconnect();
    });
  },
);
