import { MisuseError } from "@oauth-dcr/core";
import { SHA256 } from "@oslojs/crypto/sha2";
import { encodeHexLowerCase } from "@oslojs/encoding";

/** The last event of a chain: its position, from 1, and its hash. */
export interface ChainHead {
  readonly position: number;
  readonly hash: string;
}

/** The head of a chain without events, whose hash is the hash of nothing known. */
export const NO_EVENTS: ChainHead = { position: 0, hash: "0".repeat(64) };

const encoder = new TextEncoder();

/**
 * The hash of an event at its place: SHA-256 over the hash before it, its position and its text, each but the last ended
 * by a line feed. The first two hold none, so that no two places and events give the same bytes.
 */
export function chainHash(previous: ChainHead, event: Uint8Array): string {
  const hash = new SHA256();
  hash.update(encoder.encode(`${previous.hash}\n${previous.position + 1}\n`));
  hash.update(event);
  return encodeHexLowerCase(hash.digest());
}

/** The chain one event longer. */
export function headAfter(previous: ChainHead, event: string): ChainHead {
  return { position: previous.position + 1, hash: chainHash(previous, encoder.encode(event)) };
}

export function formatHead({ position, hash }: ChainHead): string {
  return `${position}:${hash}`;
}

/**
 * @param option where the text comes from, for the message
 * @throws MisuseError for a text that `formatHead` cannot have written
 */
export function parseHead(option: string, text: string): ChainHead {
  if (text === formatHead(NO_EVENTS)) return NO_EVENTS;
  const [, position = "", hash = ""] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (hash !== "") return { position: Number(position), hash };
  throw new MisuseError(
    "ERR_OPTION",
    `${option}: must be POSITION:HASH, as verify, sign or prune has answered it`,
  );
}
