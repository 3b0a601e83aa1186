import type { NodeRequest } from "./node-message.js";

/** What waits to be read; what is beyond that stays with the client. */
const MOST_WAITING_BYTES = 65_536;

/** Some of a body. */
export type BodyPart =
  | { readonly done: true }
  | {
      readonly done: false;
      readonly value: Uint8Array;
      /** In how many pieces it came. */
      readonly pieces: number;
    };

/**
 * Reads a body as it arrives. What has arrived meanwhile is one piece of memory: a stream of Node.js would keep an object of
 * some hundred bytes for each chunk, and a client can send ten thousand chunks of one byte at once.
 */
export class BodyReader {
  readonly #req: NodeRequest;
  #waiting: Uint8Array = new Uint8Array();
  #length = 0;
  #pieces = 0;
  #state: "open" | "ended" | "failed" = "open";
  #wake: () => void = () => undefined;
  #totalPieces = 0;
  /** What may still be discarded; `undefined` while what comes is kept. */
  #discardable: number | undefined;

  constructor(req: NodeRequest) {
    this.#req = req;
    if (req.readableEnded) this.#state = "ended";
    else if (req.destroyed === true || req.aborted === true) this.#state = "failed";
    else {
      const fail = (): void => this.#end("failed");
      req.on("data", (piece) => this.#put(piece));
      req.on("end", () => this.#end("ended"));
      // HTTP/2 says end behind aborted, and HTTP/1.1 says nothing but close where the connection was closed by us.
      req.on("aborted", fail);
      req.on("error", fail);
      req.on("close", fail);
      req.resume();
    }
  }

  /** Whether the body has ended, and all of it was read. */
  get isReadWhole(): boolean {
    return this.#state === "ended" && this.#length === 0;
  }

  /** Takes no more of the body. Node.js would go on reading while it closes the connection. */
  destroy(): void {
    this.#req.destroy();
  }

  /** Rejects where the client left before the end of its body. */
  async read(): Promise<BodyPart> {
    if (this.#length === 0 && this.#state === "open") {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#length > 0) return this.#take();
    if (this.#state === "failed") throw new Error("the client left before the end of its body");
    return { done: true };
  }

  /**
   * Reads on and keeps nothing. Answers whether the body ended: not where it came in too many pieces or its client left. One
   * that goes on beyond `mostBytes` is left to wait; in HTTP/2 it is over.
   */
  async discard(mostBytes: number, mostPieces: number): Promise<boolean> {
    this.#take();
    this.#discardable = mostBytes;
    while (this.#state === "open" && this.#totalPieces <= mostPieces) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#state === "ended";
  }

  #put(piece: Uint8Array): void {
    this.#totalPieces += 1;
    if (this.#discardable === undefined) this.#keep(piece);
    else this.#drop(piece, this.#discardable);
    this.#wake();
  }

  #drop({ byteLength }: Uint8Array, discardable: number): void {
    this.#discardable = discardable - byteLength;
    if (discardable < 0 || this.#discardable >= 0) return;
    const { socket, httpVersionMajor = 1 } = this.#req;
    // A stream of HTTP/2 ends without its connection.
    if (httpVersionMajor > 1) this.#end("failed");
    // The connection, and not the stream, which would keep an object for each chunk first; and later, as a stream that has
    // just got a piece asks for more.
    else setImmediate(() => socket.pause?.());
  }

  #keep(piece: Uint8Array): void {
    const end = this.#length + piece.byteLength;
    if (this.#length === 0) {
      this.#waiting = piece;
    } else {
      if (end > this.#waiting.byteLength) {
        const larger = new Uint8Array(Math.max(1024, 2 * end));
        larger.set(this.#waiting.subarray(0, this.#length));
        this.#waiting = larger;
      }
      this.#waiting.set(piece, this.#length);
    }
    this.#length = end;
    this.#pieces += 1;
    if (end >= MOST_WAITING_BYTES) this.#req.pause();
  }

  #take(): BodyPart {
    const part: BodyPart = {
      done: false,
      value: this.#waiting.subarray(0, this.#length),
      pieces: this.#pieces,
    };
    const wasFull = this.#length >= MOST_WAITING_BYTES;
    this.#waiting = new Uint8Array();
    this.#length = 0;
    this.#pieces = 0;
    if (wasFull) this.#req.resume();
    return part;
  }

  #end(state: "ended" | "failed"): void {
    if (this.#state === "open") this.#state = state;
    this.#wake();
  }
}
