/** The kinds of images that are served. Not SVG: it is a document, with scripts and links. */
export type ImageType = "image/png" | "image/jpeg" | "image/gif" | "image/webp";

/** What the first bytes of an image say. */
export interface ImageKind {
  readonly type: ImageType;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/**
 * Reads the kind and size of an image from its own bytes. `undefined` for everything else.
 *
 * A GIF is read to its end, as each of its frames has a size of its own.
 *
 * @see PNG section 11.2.1 https://www.w3.org/TR/png-3/#11IHDR
 * @see GIF section 20 https://www.w3.org/Graphics/GIF/spec-gif89a.txt
 * @see JPEG section B.1.1.3 https://www.w3.org/Graphics/JPEG/itu-t81.pdf
 * @see WebP Container Specification https://developers.google.com/speed/webp/docs/riff_container
 */
export function imageKind(bytes: Uint8Array<ArrayBuffer>): ImageKind | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return pngKind(view) ?? gifKind(view) ?? webpKind(view) ?? jpegKind(view);
  } catch (cause) {
    // It ends before its size.
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
}

function textAt(view: DataView, at: number, length: number): string {
  return Array.from({ length }, (_, i) => String.fromCharCode(view.getUint8(at + i))).join("");
}

function pngKind(view: DataView): ImageKind | undefined {
  if (textAt(view, 0, 8) !== "\x89PNG\r\n\x1a\n" || textAt(view, 12, 4) !== "IHDR") return undefined;
  return { type: "image/png", width: view.getUint32(16), height: view.getUint32(20) };
}

function gifKind(view: DataView): ImageKind | undefined {
  if (!["GIF87a", "GIF89a"].includes(textAt(view, 0, 6))) return undefined;
  const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  let hasFrame = false;
  for (let at = 13 + colourTableLength(view.getUint8(10)); ;) {
    switch (view.getUint8(at)) {
      case 0x21:
        at = afterSubBlocks(view, at + 2);
        break;
      case 0x2c: {
        // A browser makes room for a frame that is larger than the screen.
        const side = (offset: number) => view.getUint16(at + offset, true);
        if (side(1) + side(5) > width || side(3) + side(7) > height) return undefined;
        hasFrame = true;
        at = afterSubBlocks(view, at + 11 + colourTableLength(view.getUint8(at + 9)));
        break;
      }
      case 0x3b:
        return hasFrame ? { type: "image/gif", width, height } : undefined;
      default:
        return undefined;
    }
  }
}

/** The bytes of the table that the packed fields of a screen or a frame announce. */
function colourTableLength(packed: number): number {
  return packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0;
}

function afterSubBlocks(view: DataView, start: number): number {
  let at = start;
  for (let length = view.getUint8(at); length > 0; length = view.getUint8(at)) at += length + 1;
  return at + 1;
}

function webpKind(view: DataView): ImageKind | undefined {
  if (textAt(view, 0, 4) !== "RIFF" || textAt(view, 8, 4) !== "WEBP") return undefined;
  const type = "image/webp";
  switch (textAt(view, 12, 4)) {
    case "VP8 ": {
      if (textAt(view, 23, 3) !== "\x9d\x01\x2a") return undefined;
      const side = (at: number) => view.getUint16(at, true) & 0x3fff;
      return { type, width: side(26), height: side(28) };
    }
    case "VP8L": {
      if (view.getUint8(20) !== 0x2f) return undefined;
      const bits = view.getUint32(21, true);
      return { type, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8X": {
      const side = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536 + 1;
      return { type, width: side(24), height: side(27) };
    }
    default:
      return undefined;
  }
}

/** The segments that stand before the frame: tables, the restart interval, those of applications and comments. Each has a length. */
const JPEG_SEGMENTS: ReadonlySet<number> = new Set([
  ...[0xc4, 0xcc, 0xdb, 0xdd, 0xfe],
  ...Array.from({ length: 16 }, (_, i) => 0xe0 + i),
]);

function jpegKind(view: DataView): ImageKind | undefined {
  if (view.getUint16(0) !== 0xffd8) return undefined;
  // Each segment says how long it is. The one that says the size has a marker of its own.
  for (let at = 2; ; at += 2 + view.getUint16(at + 2)) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { type: "image/jpeg", width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    // After any other marker, a reader may find no length, and look for the next marker elsewhere than here.
    if (!JPEG_SEGMENTS.has(marker)) return undefined;
  }
}
