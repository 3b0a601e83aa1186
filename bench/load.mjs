// node load.mjs PORT SECONDS CONNECTIONS: registers as fast as the server answers, each client once, and checks each
// answer. Written on sockets, as the load must cost less than what it measures.
import { connect } from "node:net";

const [port, seconds, connections] = process.argv.slice(2).map(Number);
const latencies = [];
let number = process.pid * 1e7;
let isOver = false;

function requestOf(name) {
  const body = `{"client_name":"${name}","redirect_uris":["https://${name}.example/callback"],"grant_types":["authorization_code","refresh_token"],"response_types":["code"],"token_endpoint_auth_method":"none","client_uri":"https://${name}.example/"}`;
  return `POST /register HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

/** Where the answer that `text` begins with ends; -1 while some of it is missing. */
function endOf(text) {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return -1;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head + 2));
  if (length) return text.length >= head + 4 + Number(length[1]) ? head + 4 + Number(length[1]) : -1;
  const end = text.indexOf("\r\n0\r\n\r\n", head);
  return end < 0 ? -1 : end + 7;
}

function client() {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.setNoDelay(true).setEncoding("latin1");
    let received = "";
    let name = "";
    let sentAt = 0;
    const send = () => {
      if (isOver) return void socket.destroy();
      name = `c${(number += 1)}`;
      sentAt = performance.now();
      socket.write(requestOf(name));
    };
    socket.on("connect", send);
    socket.on("data", (chunk) => {
      received += chunk;
      if (endOf(received) < 0) return;
      latencies.push(performance.now() - sentAt);
      if (
        !received.startsWith("HTTP/1.1 201") ||
        !received.includes('"client_id":"') ||
        !received.includes(`"client_name":"${name}"`)
      ) {
        socket.destroy(new Error(`not registered: ${received.slice(0, 600)}`));
        return;
      }
      received = "";
      send();
    });
    socket.on("error", reject);
    socket.on("close", () => (isOver ? resolve() : reject(new Error("the server closed a connection"))));
  });
}

const began = performance.now();
const cpu = process.cpuUsage();
setTimeout(() => (isOver = true), seconds * 1000);
await Promise.all(Array.from({ length: connections }, client));
const sorted = Float64Array.from(latencies).sort();
const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
const elapsedMs = performance.now() - began;
const { user, system } = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    requests: sorted.length,
    elapsedMs,
    perSecond: sorted.length / (elapsedMs / 1000),
    /** Of one core: near 1, the load itself is what is measured. */
    busy: (user + system) / 1000 / elapsedMs,
    p50: at(0.5),
    p99: at(0.99),
  }),
);
