import type { ContractRunner } from "@oauth-dcr/contract-tests";
import { AddressRefusedError, guardedFetch, type GuardedFetchOptions } from "@oauth-dcr/core/guarded-fetch";

const URL_OF_DOCUMENT = "https://app.example/document.json";

/** The one way out, with a connection that answers from memory. */
export function guardedFetchCases({ describe, it, expect }: ContractRunner): void {
  async function outcome(
    connection: GuardedFetchOptions["connection"],
    options: Partial<GuardedFetchOptions> = {},
    url = URL_OF_DOCUMENT,
  ): Promise<string> {
    const fetched = await guardedFetch({ connection, ...options })(url, ["application/json"]);
    return fetched.ok ? fetched.value.text : fetched.error.kind;
  }
  const answering = (response: () => Response) => () => Promise.resolve(response());

  describe("guarded fetch", () => {
    it("answers a document that comes in pieces, one of which ends within a letter", async () => {
      const bytes = new TextEncoder().encode('{"client_name":"Žluťoučký 🐎"}');
      const middle = bytes.indexOf(0xf0) + 2;
      const body = () =>
        new ReadableStream<Uint8Array<ArrayBuffer>>({
          start(controller) {
            controller.enqueue(bytes.slice(0, middle));
            controller.enqueue(bytes.slice(middle));
            controller.close();
          },
        });
      const headers = { "content-type": "application/json" };
      expect(await outcome(answering(() => new Response(body(), { headers })))).toBe(
        new TextDecoder().decode(bytes),
      );
    });

    it("stops at a document that grows too long, and ends its stream", async () => {
      let cancelled = false;
      const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
        pull: (controller) => controller.enqueue(new Uint8Array(1024).fill(0x20)),
        cancel: () => void (cancelled = true),
      });
      const response = new Response(body, { headers: { "content-type": "application/json" } });
      expect(
        await outcome(
          answering(() => response),
          { maxBytes: 4096 },
        ),
      ).toBe("too_large");
      expect(cancelled).toBe(true);
    });

    it("does not wait for a connection that never answers", async () => {
      expect(await outcome(() => new Promise(() => undefined), { timeoutSeconds: 0.05 })).toBe("timed_out");
    });

    it("asks nobody for an address of a private network, however it is written", async () => {
      for (const url of [
        "http://app.example/",
        "https://127.0.0.1/",
        "https://0x7f000001/",
        "https://[::ffff:10.0.0.1]/",
        "https://user@app.example/",
      ]) {
        const asked: string[] = [];
        const connection: GuardedFetchOptions["connection"] = ({ url }) => {
          asked.push(url.href);
          return Promise.resolve(Response.json({}));
        };
        expect(await outcome(connection, {}, url), url).toMatch(/^(url|address)_refused$/);
        expect(asked).toEqual([]);
      }
    });

    it("follows no redirect, and tells a refused address from a broken connection", async () => {
      const redirect = () => new Response(null, { status: 302, headers: { location: "https://x.example/" } });
      expect(await outcome(answering(redirect))).toBe("redirected");
      expect(await outcome(() => Promise.reject(new AddressRefusedError()))).toBe("address_refused");
      expect(await outcome(() => Promise.reject(new TypeError("no route")))).toBe("unreachable");
    });
  });
}
