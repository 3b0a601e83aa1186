import { describe, expect, it } from "vitest";
import type { EndpointRequest } from "../../src/http/endpoint-request.js";
import { readJsonObject } from "../../src/http/read-json-object.js";

const MAX_BYTES = 65_536;

/** A body of chunked transfer coding, as a platform gives it piece by piece. Tells how many pieces were read. */
function sentIn(pieces: Iterable<string>) {
  const iterator = pieces[Symbol.iterator]();
  const taken = { pieces: 0, isCancelled: false };
  const request: EndpointRequest = {
    method: "POST",
    url: "https://as.example/register",
    headers: { get: (name) => (name === "content-type" ? "application/json" : null) },
    signal: { aborted: false },
    body: {
      getReader: () => ({
        read: () => {
          const { done, value } = iterator.next() as IteratorResult<string, undefined>;
          if (done !== true) taken.pieces += 1;
          return Promise.resolve(
            done === true ? { done: true } : { done: false, value: new TextEncoder().encode(value) },
          );
        },
        cancel: () => {
          taken.isCancelled = true;
          return Promise.resolve();
        },
      }),
    },
  };
  return { request, taken };
}

const objectOf = (bytes: number): string => `{"a":"${"x".repeat(bytes - 8)}"}`;

describe("a body that comes in pieces", () => {
  it("of one byte each is refused after so many pieces as cost no more than a request does", async () => {
    const { request, taken } = sentIn(objectOf(MAX_BYTES));
    expect(await readJsonObject(request, undefined, MAX_BYTES)).toEqual({
      ok: false,
      error: { kind: "body_in_too_many_pieces", maxPieces: 1024 },
    });
    expect(taken).toEqual({ pieces: 1025, isCancelled: true });
  });

  it("of one byte each is read where it is small", async () => {
    const { request } = sentIn(objectOf(1024));
    expect(await readJsonObject(request, undefined, MAX_BYTES)).toMatchObject({ ok: true });
  });

  it("has room for more pieces where it may be larger", async () => {
    const [pieces, bytes] = [2048, 64];
    const { request } = sentIn(objectOf(pieces * bytes).match(/.{64}/g) ?? []);
    expect(await readJsonObject(request, undefined, pieces * bytes)).toMatchObject({ ok: true });
  });
});
