import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import type { AuditKey } from "@oauth-dcr/store-sql";
import { SettingError } from "../settings/setting-error.js";

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
  const pem = await readFile(file).catch((error: unknown) => {
    const { code } = error as { readonly code?: string };
    throw new SettingError(`--${flag}: ${file} cannot be read (${code ?? "unknown error"})`);
  });
  try {
    const key = read(pem);
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // Said below. What Node.js says of a file that is no key would not help.
  }
  throw new SettingError(
    `--${flag} must be a PEM file with an Ed25519 key, such as openssl genpkey -algorithm ed25519 makes; ${file} is none`,
  );
}

/** What was signed last by the key of that file; `{}` before the first time. */
export async function readSigned(
  keyFile: string,
): Promise<{ readonly expectedHead?: string; readonly expectedCheckpoint?: string }> {
  try {
    const [expectedHead, expectedCheckpoint] = (await readFile(headFileOf(keyFile), "utf8"))
      .trim()
      .split(/\s+/);
    return {
      ...(expectedHead !== undefined && { expectedHead }),
      ...(expectedCheckpoint !== undefined && { expectedCheckpoint }),
    };
  } catch (error) {
    if ((error as { readonly code?: string }).code === "ENOENT") return {};
    throw error;
  }
}

/** Written whole or not at all: half a head would stop the next signature. */
export async function writeSigned(keyFile: string, head: string, checkpoint: string): Promise<void> {
  const file = headFileOf(keyFile);
  await writeFile(`${file}.new`, `${head}\n${checkpoint}\n`, { flush: true });
  await rename(`${file}.new`, file);
}

export function headFileOf(keyFile: string): string {
  return `${keyFile}.head`;
}
