import { siteOf } from "../guarded-fetch/site-of.js";
import type { RegisteredClient, TrustTier } from "../store/records.js";

/** A document as it is kept. */
export interface HeldDocument {
  readonly client: RegisteredClient;
  /** What the operator said of the client when the document was judged. */
  readonly tier: TrustTier | undefined;
  readonly fetchedAt: number;
  readonly freshUntil: number;
  /** How long its text is. */
  readonly length: number;
  /** Whether a token was issued to its client. */
  readonly isUsed: boolean;
}

interface Entry extends HeldDocument {
  readonly site: string;
  isUsed: boolean;
}

/** How long a document may be on average. Those that clients publish have some hundred letters. */
const LENGTH_OF_DOCUMENT = 8_192;
/** The part of the cache that the unused documents of one site may fill. */
const PART_OF_SITE = 0.1;

/**
 * Keeps documents, bounded by their number and by how long they are. Anybody can have a document fetched, so a site keeps few that were never used;
 * and whatever is fetched, a document whose client was used goes only for another such document.
 */
export class DocumentCache {
  readonly #maxDocuments: number;
  /** The longest unread comes first. */
  readonly #entries = new Map<string, Entry>();

  constructor(maxDocuments: number) {
    this.#maxDocuments = maxDocuments;
  }

  get(clientId: string): HeldDocument | undefined {
    const entry = this.#entries.get(clientId);
    if (entry) this.#put(clientId, entry);
    return entry;
  }

  set(clientId: string, document: Omit<HeldDocument, "isUsed">): void {
    const isUsed = this.#entries.get(clientId)?.isUsed ?? false;
    const site = siteOf(new URL(clientId).hostname);
    this.#put(clientId, { ...document, site, isUsed });
    this.#shrink(PART_OF_SITE, (entry) => !entry.isUsed && entry.site === site);
    this.#shrink(1, () => true);
  }

  delete(clientId: string): void {
    this.#entries.delete(clientId);
  }

  /** Notes that the client of a document was used. */
  markUsed(clientId: string): void {
    const entry = this.#entries.get(clientId);
    if (entry) entry.isUsed = true;
  }

  #put(clientId: string, entry: Entry): void {
    this.#entries.delete(clientId);
    this.#entries.set(clientId, entry);
  }

  /** Forgets the longest unread of these, unused ones first, until they fill no more than a part of the room. */
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
      // One always stays, however large it is.
      if (count <= 1 || (count <= most && length <= most * LENGTH_OF_DOCUMENT)) return;
      this.#entries.delete(clientId);
      count -= 1;
      length -= entry.length;
    }
  }
}
