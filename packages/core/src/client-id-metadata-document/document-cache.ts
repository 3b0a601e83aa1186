import { siteOf } from "../guarded-fetch/site-of.js";
import type { TrustTier } from "../store/records.js";
import type { FoundDocument } from "./accept-document.js";

/** A document as it is kept. */
export interface HeldDocument {
  /** Its client. */
  readonly document: FoundDocument;
  /** What the operator said of the client when the document was judged. */
  readonly tier: TrustTier | undefined;
  readonly fetchedAt: number;
  readonly freshUntil: number;
  /** The length of its text, in bytes. */
  readonly length: number;
  /** Whether its client was used. */
  readonly isUsed: boolean;
}

interface Entry extends HeldDocument {
  readonly site: string;
  isUsed: boolean;
}

/** How long a document may be on average, in bytes. Documents of real clients have some hundreds. */
const LENGTH_OF_DOCUMENT = 8_192;
/** The part of the cache for the unused documents of one site. */
const PART_OF_SITE = 0.1;

/**
 * Keeps documents, limited by number and length. A stranger can make the server fetch any document. Therefore unused documents of
 * one site have a small part of the cache, and a document whose client was used goes only for another such document.
 */
export class DocumentCache {
  readonly #maxDocuments: number;
  /** In the order of the last read, the oldest first. */
  readonly #entries = new Map<string, Entry>();

  constructor(maxDocuments: number) {
    this.#maxDocuments = maxDocuments;
  }

  /** The length of all texts, in bytes. */
  get bytes(): number {
    return [...this.#entries.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** The most that all texts may have, in bytes. */
  get maxBytes(): number {
    return this.#maxDocuments * LENGTH_OF_DOCUMENT;
  }

  get(clientId: string): HeldDocument | undefined {
    const entry = this.#entries.get(clientId);
    if (entry) this.#put(clientId, entry);
    return entry;
  }

  set(clientId: string, document: HeldDocument): void {
    // Its client may have been used while it was fetched.
    const isUsed = document.isUsed || (this.#entries.get(clientId)?.isUsed ?? false);
    const site = siteOf(new URL(clientId).hostname);
    this.#put(clientId, { ...document, site, isUsed });
    this.#shrink(PART_OF_SITE, (entry) => !entry.isUsed && entry.site === site);
    this.#shrink(1, () => true);
  }

  delete(clientId: string): void {
    this.#entries.delete(clientId);
  }

  /** Call this when the client of a document was used. */
  markUsed(clientId: string): void {
    const entry = this.#entries.get(clientId);
    if (entry) entry.isUsed = true;
  }

  #put(clientId: string, entry: Entry): void {
    this.#entries.delete(clientId);
    this.#entries.set(clientId, entry);
  }

  /** Removes counted documents, unused ones and then the oldest first, until they fit in this part of the cache. */
  #shrink(part: number, isCounted: (entry: Entry) => boolean): void {
    const counted = [...this.#entries].filter(([, entry]) => isCounted(entry));
    const inOrder = [
      ...counted.filter(([, { isUsed }]) => !isUsed),
      ...counted.filter(([, { isUsed }]) => isUsed),
    ];
    let count = counted.length;
    let length = counted.reduce((sum, [, entry]) => sum + entry.length, 0);
    const most = Math.max(1, Math.floor(this.#maxDocuments * part));
    for (const [clientId, entry] of inOrder) {
      // One document stays, whatever its length.
      if (count <= 1 || (count <= most && length <= most * LENGTH_OF_DOCUMENT)) return;
      this.#entries.delete(clientId);
      count -= 1;
      length -= entry.length;
    }
  }
}
