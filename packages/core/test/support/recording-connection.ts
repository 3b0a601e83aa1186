import { guardedFetch, type GuardedFetch } from "../../src/guarded-fetch/guarded-fetch.js";
import type { OutgoingRequest } from "../../src/guarded-fetch/outgoing-connection.js";

/** The one way out of a server, with every request that got as far as a connection. */
export interface RecordedConnection {
  readonly guardedFetch: GuardedFetch;
  readonly requests: OutgoingRequest[];
  /** What the next requests are answered. */
  answer: () => Response;
}

export function recordedConnection(document: unknown = ["https://app.example/callback"]): RecordedConnection {
  const requests: OutgoingRequest[] = [];
  const recorded: RecordedConnection = {
    requests,
    answer: () => jsonDocument(document),
    guardedFetch: guardedFetch({
      connection: (request) => {
        requests.push(request);
        return Promise.resolve(recorded.answer());
      },
    }),
  };
  return recorded;
}

export function jsonDocument(document: unknown): Response {
  return new Response(JSON.stringify(document), { headers: { "content-type": "application/json" } });
}

/** With a body that would do if the status did not matter. */
export function redirectTo(location: string, document: unknown, status = 302): Response {
  const headers = { location, "content-type": "application/json" };
  return new Response(JSON.stringify(document), { status, headers });
}

/** Addresses that a server must not be sent to for a stranger, and spellings of them. */
export const INTERNAL_URLS = [
  "http://169.254.169.254/latest/meta-data/",
  "http://app.example/",
  "https://169.254.169.254/latest/meta-data/",
  "https://169.254.169.254:443/",
  "https://127.0.0.1/",
  "https://127.0.0.1:8443/admin",
  "https://127.1/",
  "https://127.255.255.254/",
  "https://0.0.0.0/",
  "https://0/",
  "https://2130706433/",
  "https://2852039166/",
  "https://0x7f000001/",
  "https://0xa9fea9fe/",
  "https://0177.0.0.1/",
  "https://0251.0376.0251.0376/",
  "https://10.0.0.1/",
  "https://172.16.0.1/",
  "https://192.168.0.1/",
  "https://100.100.100.200/",
  "https://168.63.129.16/",
  "https://192.0.0.192/",
  "https://224.0.0.1/",
  "https://255.255.255.255/",
  "https://[::1]/",
  "https://[::]/",
  "https://[::127.0.0.1]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::ffff:7f00:1]/",
  "https://[::ffff:169.254.169.254]/",
  "https://[::ffff:a9fe:a9fe]/",
  "https://[0:0:0:0:0:ffff:a9fe:a9fe]/",
  "https://[64:ff9b::a9fe:a9fe]/",
  "https://[2002:a9fe:a9fe::]/",
  "https://[fe80::1]/",
  "https://[fe80::1%25eth0]/",
  "https://[fd00:ec2::254]/",
  "https://[fc00::1]/",
  "https://[ff02::1]/",
  "https://localhost/",
  "https://LOCALHOST/",
  "https://localhost./",
  "https://app.localhost/",
  "https://printer.local/",
  "https://metadata.google.internal/computeMetadata/v1/",
  "https://metadata.google.internal./",
  "https://api.internal/",
  "https://intranet/",
  "https://127.0.0.1.nip.example/",
  "https://user:password@app.example/",
  "https://app.example@169.254.169.254/",
  "https://app.example/#fragment",
  "https://app.example\\@169.254.169.254/",
  "https://169\u3002254\u3002169\u3002254/",
  "https://\u2460\u2468\u2468.254.169.254/",
  "file:///etc/passwd",
  "gopher://127.0.0.1:6379/_INFO",
  "ftp://127.0.0.1/",
  "ldap://127.0.0.1/",
  "data:application/json,[]",
  "unix:/var/run/docker.sock",
];
