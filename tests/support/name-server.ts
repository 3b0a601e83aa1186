import { createSocket } from "node:dgram";
import { once } from "node:events";

/** What a name server says: TXT records, each in strings of at most 255 bytes; or a failure, or nothing at all. */
export type TxtAnswer =
  | readonly (readonly string[])[]
  | "nxdomain"
  | "servfail"
  | "refused"
  | "silent"
  | { readonly alias: string };

const TXT = 16;
const CNAME = 5;
const CODES: Readonly<Record<string, number>> = { servfail: 2, nxdomain: 3, refused: 5 };

/** A name server on loopback by UDP. It takes names as they come, in lower case. */
export async function nameServer(answerOf: (name: string) => TxtAnswer): Promise<{
  readonly server: string;
  readonly asked: readonly string[];
  readonly close: () => void;
}> {
  const socket = createSocket("udp4");
  const asked: string[] = [];
  socket.on("message", (question, { port, address }) => {
    const end = question.indexOf(0, 12) + 5;
    const name = namesIn(question.subarray(12, end - 4)).toLowerCase();
    asked.push(name);
    const answer = question.readUInt16BE(end - 4) === TXT ? answerOf(name) : [];
    if (answer === "silent") return;
    const records = recordsOf(answer, answerOf);
    const head = Buffer.from(question.subarray(0, 12));
    head.writeUInt16BE(0x8180 | (typeof answer === "string" ? (CODES[answer] ?? 0) : 0), 2);
    head.writeUInt16BE(records.length, 6);
    head.writeUInt32BE(0, 8);
    const whole = Buffer.concat([head, question.subarray(12, end), ...records]);
    // A larger answer would have to be asked for by TCP, which nobody here speaks.
    if (whole.length > 1232) head.writeUInt16BE(0x8380, 2);
    socket.send(
      whole.length > 1232 ? Buffer.concat([head, question.subarray(12, end)]) : whole,
      port,
      address,
    );
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { server: `127.0.0.1:${socket.address().port}`, asked, close: () => socket.close() };
}

function recordsOf(answer: TxtAnswer, answerOf: (name: string) => TxtAnswer): readonly Buffer[] {
  if (typeof answer === "string") return [];
  if ("alias" in answer) {
    const target = encodedName(answer.alias);
    const there = answerOf(answer.alias);
    const behind = Array.isArray(there) ? (there as readonly (readonly string[])[]) : [];
    return [
      record(Buffer.from([0xc0, 12]), CNAME, target),
      ...behind.map((one) => record(target, TXT, textOf(one))),
    ];
  }
  return answer.map((strings) => record(Buffer.from([0xc0, 12]), TXT, textOf(strings)));
}

function record(owner: Buffer, type: number, data: Buffer): Buffer {
  const rest = Buffer.from([0, type, 0, 1, 0, 0, 0, 60, data.length >> 8, data.length & 255]);
  return Buffer.concat([owner, rest, data]);
}

function textOf(strings: readonly string[]): Buffer {
  return Buffer.concat(strings.map((text) => Buffer.from([text.length, ...Buffer.from(text)])));
}

function encodedName(name: string): Buffer {
  const labels = name.split(".").map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function namesIn(encoded: Buffer): string {
  const labels: string[] = [];
  for (let at = 0; at < encoded.length && encoded[at] !== 0; at += (encoded[at] ?? 0) + 1) {
    labels.push(encoded.subarray(at + 1, at + 1 + (encoded[at] ?? 0)).toString("latin1"));
  }
  return labels.join(".");
}
