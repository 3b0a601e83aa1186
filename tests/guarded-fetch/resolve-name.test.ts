import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { pinnedConnection } from "@oauth-dcr/node";
import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { resolveName } from "../../packages/adapter-node/src/pinned-connection/resolve-name.js";

const A = 1;
const AAAA = 28;

const sockets: Socket[] = [];
afterEach(() => sockets.splice(0).forEach((socket) => socket.close()));

/** A name server on loopback that knows these addresses, by the type of the record; without any it never answers. */
async function nameServer(addresses?: Readonly<Record<number, readonly Buffer[]>>) {
  const socket = createSocket("udp4");
  sockets.push(socket);
  const questions: Buffer[] = [];
  socket.on("message", (question, { port, address }) => {
    questions.push(question);
    if (!addresses) return;
    // The name ends with a label without letters; type and class follow.
    const end = question.indexOf(0, 12) + 5;
    const type = question.readUInt16BE(end - 4);
    const answers = addresses[type] ?? [];
    const head = Buffer.from(question.subarray(0, 12));
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt16BE(answers.length, 6);
    head.writeUInt32BE(0, 8);
    const records = answers.map((data) => {
      const record = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]);
      return Buffer.concat([record, data]);
    });
    socket.send(Buffer.concat([head, question.subarray(12, end), ...records]), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { server: `127.0.0.1:${socket.address().port}`, questions };
}

describe("a name", () => {
  it("has the addresses of both families", async () => {
    const { server } = await nameServer({
      [A]: [Buffer.from([203, 0, 113, 7]), Buffer.from([203, 0, 113, 8])],
      [AAAA]: [Buffer.from("20010db8000000000000000000000001", "hex")],
    });
    const found = await resolveName("app.example", new AbortController().signal, [server]);
    expect(found).toEqual(["203.0.113.7", "203.0.113.8", "2001:db8::1"]);
  });

  it("may have addresses of one family", async () => {
    const { server } = await nameServer({ [A]: [Buffer.from([203, 0, 113, 7])] });
    expect(await resolveName("app.example", new AbortController().signal, [server])).toEqual(["203.0.113.7"]);
  });

  it("without addresses is an error", async () => {
    const { server } = await nameServer({});
    const asking = resolveName("app.example", new AbortController().signal, [server]);
    await expect(asking).rejects.toThrow("The name has no address.");
  });

  it("whose server is mute is given up when nobody waits for it any more", async () => {
    const { server, questions } = await nameServer();
    const waiting = new AbortController();
    const asking = resolveName("mute.example", waiting.signal, [server]);
    while (questions.length === 0) await new Promise((resolve) => setImmediate(resolve));
    waiting.abort();
    await expect(asking).rejects.toThrow("The name has no address.");
  });
});

it("60 questions for mute names take no thread that other names wait for, and give their slots back", async () => {
  const { server } = await nameServer();
  const connection = pinnedConnection({ resolve: (name, signal) => resolveName(name, signal, [server]) });
  const fetchDocument = guardedFetch({ connection, timeoutSeconds: 0.3 });
  const ask = async (host: string) => {
    const result = await fetchDocument(`https://${host}/sector.json`, ["application/json"]);
    return result.ok ? "ok" : result.error.kind;
  };
  const asked = Array.from({ length: 60 }, (_, i) => ask(`mute${i}.test${i}`));
  // As a connection to a database by its name would.
  expect((await lookup("localhost")).address).toMatch(/^(127\.|::1)/);
  const answers = await Promise.all(asked);
  expect(answers.filter((answer) => answer === "timed_out")).toHaveLength(7);
  expect(answers.filter((answer) => answer === "busy")).toHaveLength(53);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await ask("another.example")).toBe("timed_out");
});
