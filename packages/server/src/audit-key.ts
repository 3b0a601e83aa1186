import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import type { AuditKey } from "@oauth-dcr/store-sql";
import { SettingError } from "./setting-error.js";

/** @throws SettingError for a file that holds no such key */
export async function readPrivateKey(file: string): Promise<AuditKey> {
  const key = await readKey(file, "key", createPrivateKey);
  const der = key.export({ type: "pkcs8", format: "der" });
  return crypto.subtle.importKey("pkcs8", Uint8Array.from(der), "Ed25519", false, ["sign"]);
}

/** @throws SettingError for a file that holds no such key */
export async function readPublicKey(file: string): Promise<AuditKey> {
  const key = await readKey(file, "public-key", createPublicKey);
  const der = key.export({ type: "spki", format: "der" });
  return crypto.subtle.importKey("spki", Uint8Array.from(der), "Ed25519", false, ["verify"]);
}

async function readKey(file: string, flag: string, read: (pem: Buffer) => KeyObject): Promise<KeyObject> {
  try {
    const key = read(await readFile(file));
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // Said below. What Node.js says of a file that is no key would not help.
  }
  throw new SettingError(
    `--${flag} must be a PEM file with an Ed25519 key, such as openssl genpkey -algorithm ed25519 makes; ${file} is none`,
  );
}

/** The head that was signed last by the key of that file; `undefined` before the first time. */
export async function readSignedHead(keyFile: string): Promise<string | undefined> {
  try {
    return (await readFile(headFileOf(keyFile), "utf8")).trim();
  } catch (error) {
    if ((error as { readonly code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Written whole or not at all: half a head would stop the next signature. */
export async function writeSignedHead(keyFile: string, head: string): Promise<void> {
  const file = headFileOf(keyFile);
  await writeFile(`${file}.new`, `${head}\n`, { flush: true });
  await rename(`${file}.new`, file);
}

export function headFileOf(keyFile: string): string {
  return `${keyFile}.head`;
}
