import type { Plugin } from "esbuild";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startWorker, type RunningWorker } from "./support/workerd.js";

const here = (path: string): string => join(import.meta.dirname, path);

let worker: RunningWorker;
beforeAll(async () => {
  const ofTheTest: Plugin = {
    name: "registration of the test",
    setup(build) {
      const path = here("cron-worker/registration.ts");
      build.onResolve({ filter: /\/registration\.js$/ }, () => ({ path }));
    },
  };
  worker = await startWorker(here("../../examples/snippets/cron-worker.ts"), here("cron-worker"), {
    plugins: [ofTheTest],
    // For a worker that calls another's scheduled().
    flags: ["--experimental"],
  });
});
afterAll(() => worker.stop());

it("a cron trigger sweeps what has expired, and delivers the audit events that wait", async () => {
  const registered = await worker.fetch("/register", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ redirect_uris: ["https://app.example/callback"] }),
  });
  expect(registered.status).toBe(201);
  const { client_id } = (await registered.json()) as { client_id: string };
  expect(worker.log()).toBe("");
  // Nothing has expired before its second is over.
  while (!["client_registered", "client_expired"].every((type) => worker.log().includes(type))) {
    expect(await (await worker.fetch("/cron")).text()).toBe("ok");
  }
  const events = worker
    .log()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as object);
  // Which comes first depends on whether the second was over before the first trigger.
  expect(events).toHaveLength(2);
  expect(events).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: "client_registered", clientId: client_id }),
      expect.objectContaining({ type: "client_expired", actor: "system", clientId: client_id }),
    ]),
  );
});
