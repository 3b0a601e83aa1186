import { siteOf } from "../guarded-fetch/site-of.js";
import type { Clock } from "../lib/clock.js";
import type { ImageType } from "./image-kind.js";

/** An image as it is served. */
export interface Logo {
  readonly type: ImageType;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What an entry costs besides its bytes. */
const OVERHEAD = 1000;
/** Which part of the cache one site may fill, so that a site with many images does not displace the others. */
const SHARE_OF_SITE = 0.25;

interface Entry {
  readonly site: string;
  readonly size: number;
  readonly until: number;
  /** `undefined`: there is no image that can be shown. */
  readonly logo: Logo | undefined;
}

/** Images by URL, within a number of bytes. The longest unused is forgotten first: of the same site, and then of all. */
export class LogoCache {
  readonly #entries = new Map<string, Entry>();
  #size = 0;

  constructor(
    private readonly maxBytes: number,
    private readonly clock: Clock,
  ) {}

  /** The entry that is still valid, if there is one. */
  get(url: string): { readonly logo: Logo | undefined } | undefined {
    const entry = this.#entries.get(url);
    if (!entry) return undefined;
    this.#forget(url);
    if (entry.until <= this.clock()) return undefined;
    this.#add(url, entry);
    return entry;
  }

  set(url: string, logo: Logo | undefined, seconds: number): void {
    const site = siteOf(new URL(url).hostname);
    const size = (logo?.bytes.byteLength ?? 0) + url.length + OVERHEAD;
    const share = this.maxBytes * SHARE_OF_SITE;
    this.#forget(url);
    if (size > share) return;
    const ofSite = [...this.#entries].filter(([, entry]) => entry.site === site);
    let sum = ofSite.reduce((before, [, entry]) => before + entry.size, size);
    for (const [oldest, entry] of ofSite) {
      if (sum <= share) break;
      this.#forget(oldest);
      sum -= entry.size;
    }
    this.#add(url, { site, size, until: this.clock() + seconds * 1000, logo });
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.maxBytes) break;
      this.#forget(oldest);
    }
  }

  #add(url: string, entry: Entry): void {
    this.#entries.set(url, entry);
    this.#size += entry.size;
  }

  #forget(url: string): void {
    this.#size -= this.#entries.get(url)?.size ?? 0;
    this.#entries.delete(url);
  }
}
