/** How full a cache in memory is. The numbers are read at each access. */
export interface CacheUse {
  /** What the cache keeps. */
  readonly name: "client_metadata_documents" | "federation_statements";
  /** The length of the texts that it keeps, in bytes. What is kept for a text takes a multiple of that in memory. */
  readonly bytes: number;
  /** The most that it keeps, in bytes. */
  readonly maxBytes: number;
}

/** Makes a cache known to the registration that it belongs to. */
export type WatchCache = (cache: CacheUse) => void;
