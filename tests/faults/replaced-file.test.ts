import { once } from "node:events";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { runOauthDcr, startServer } from "../support/oauth-dcr-process.js";
import { keepRegistering, statuses } from "./support/registrations.js";
import { readWhole } from "./support/sqlite-file.js";

const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-replaced-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("a server whose SQLite file is moved away acknowledges no more clients, says so, and ends with code 1", async () => {
  const database = join(folder, "clients.sqlite");
  const server = await startServer([
    ...["--rate-limit", "off", "--quota", "off", "--idempotent", "off"],
    ...["--database", database],
  ]);
  const registrations = keepRegistering([server]);
  await registrations.more(201, 20);
  const ended = once(server.child, "close");
  for (const end of ["", "-wal", "-shm"]) renameSync(database + end, `${database}.old${end}`);
  await registrations.more(503, 1);
  expect(await ended).toEqual([1, null]);
  const answers = await registrations.stop();
  expect(Object.keys(statuses(answers)).filter((status) => status !== "0")).toEqual(["201", "503"]);
  expect(server.stderr()).toContain(
    `${database} was removed, moved, emptied or replaced while it was open. End this process`,
  );
  // What was acknowledged is in the file that was moved.
  const acknowledged = answers.filter(({ status }) => status === 201).map(({ name }) => name);
  const stored = readWhole(`${database}.old`, 100_000).map(({ name }) => name);
  expect(stored).toEqual(expect.arrayContaining(acknowledged));
});

it("a server without requests notices too", async () => {
  const database = join(folder, "idle.sqlite");
  const server = await startServer(["--database", database]);
  const ended = once(server.child, "close");
  rmSync(database);
  expect(await ended).toEqual([1, null]);
  expect(server.stderr()).toContain("restore a backup");
});

it("an empty file is not taken for a new database", async () => {
  const database = join(folder, "empty.sqlite");
  writeFileSync(database, "");
  const { code, stderr } = await runOauthDcr(["serve", "--port", "0", "--database", database]);
  expect(stderr).toContain(
    `${database} is an empty file, which is no database. If a database was there, restore`,
  );
  expect(code).toBe(1);
});
