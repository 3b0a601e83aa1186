import type { Socket } from "node:net";

/** How much of what was read is parsed before the requests in it are counted: some 40 of the shortest requests. */
const SLICE_BYTES = 1_024;

/**
 * Hands what was read from a connection to the parser of Node.js in slices. Node.js reads up to 64 KiB at once and makes the objects
 * of all requests in it, 2,400 of the shortest, before anybody can stop it. A body goes in one piece, as there is nothing to count
 * in it: answers the function that tells how long the next one is.
 */
export function parseInSlices(socket: Socket): (bodyBytes: number) => void {
  let bodyBytes = 0;
  const push = socket.push.bind(socket);
  socket.push = (read: unknown, encoding?: BufferEncoding) => {
    if (!(read instanceof Uint8Array)) return push(read, encoding);
    let isRoomLeft = true;
    for (let at = 0; at < read.byteLength && !socket.destroyed;) {
      const length = Math.max(SLICE_BYTES, bodyBytes);
      bodyBytes = Math.max(0, bodyBytes - length);
      isRoomLeft = push(read.subarray(at, at + length));
      at += length;
    }
    return isRoomLeft;
  };
  // Otherwise the parser reads from the operating system by itself.
  socket.on("data", () => undefined);
  return (bytes) => (bodyBytes = bytes);
}
