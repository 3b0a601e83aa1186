import { MisuseError, requireKnownOptions } from "@oauth-dcr/core";
import { decodeHex, encodeHexLowerCase } from "@oslojs/encoding";
import type { AuditKey, AuditVerification, SignAuditLogOptions, VerifyAuditLogOptions } from "./audit-log.js";
import { formatHead, NO_EVENTS, parseHead, type ChainHead } from "./chain.js";
import type { auditTransitions } from "./transitions.js";
import type { Transition } from "../sql/transition.js";

/** The one algorithm of signatures, so that a key says all there is to say. */
const ALGORITHM = "Ed25519";

/** A head that an operator has signed, as it is in the database. */
interface SignedHead {
  /** `POSITION:HASH`. */
  readonly head: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** The last event that was pruned by then, `POSITION:HASH`. Missing in what earlier versions signed. */
  readonly checkpoint?: string;
  /** In hexadecimal. */
  readonly signature: string;
}

interface SigningLog {
  readonly transitions: Pick<ReturnType<typeof auditTransitions>, "verify" | "readSigned" | "writeSigned">;
  /** Asks the queries of a transition that only reads, each for itself. */
  readonly read: <Outcome>(transition: Transition<Outcome>) => Promise<Outcome>;
  /** Runs a transition in a transaction. */
  readonly change: (make: () => Transition<void>) => Promise<void>;
}

/** The two functions of a log that know of keys. WebCrypto is asynchronous, and so they are no transitions. */
export function verifyAndSign({ transitions, read, change }: SigningLog) {
  return {
    async verify(options: VerifyAuditLogOptions = {}): Promise<AuditVerification> {
      requireKnownOptions("verify", options, [
        "expectedHead",
        "publicKey",
      ] satisfies (keyof VerifyAuditLogOptions)[]);
      const { publicKey } = options;
      const expected = expectedIn(options);
      if (publicKey === undefined) return read(transitions.verify(expected));
      requireKey("verify", "publicKey", publicKey, "public", "verify");
      const signed = await readSignedBy(publicKey, await read(transitions.readSigned()));
      if (!signed) return { ok: false, position: 0, problem: "unsigned" };
      const walked = await read(transitions.verify([...expected, parseHead(signed.head)]));
      const verification = notPrunedBeyond(signed.checkpoint, walked);
      return verification.ok
        ? { ...verification, signedHead: signed.head, signedAt: signed.at }
        : verification;
    },

    async sign(options: SignAuditLogOptions): Promise<AuditVerification> {
      requireKnownOptions("sign", options, [
        "privateKey",
        "expectedHead",
        "expectedCheckpoint",
      ] satisfies (keyof SignAuditLogOptions)[]);
      const { privateKey, expectedCheckpoint } = options;
      requireKey("sign", "privateKey", privateKey, "private", "sign");
      const walked = await read(transitions.verify(expectedIn(options)));
      const verification = notPrunedBeyond(expectedCheckpoint, walked);
      if (!verification.ok) return verification;
      const { head, checkpoint = formatHead(NO_EVENTS) } = verification;
      const at = new Date().toISOString();
      const bytes = signedBytes(head, at, checkpoint);
      const signature = new Uint8Array(await crypto.subtle.sign(ALGORITHM, privateKey, bytes));
      const signed: SignedHead = { head, at, checkpoint, signature: encodeHexLowerCase(signature) };
      await change(() => transitions.writeSigned(JSON.stringify(signed)));
      return { ...verification, signedHead: head, signedAt: at };
    },
  };
}

function expectedIn({ expectedHead }: { readonly expectedHead?: string }): readonly ChainHead[] {
  return expectedHead === undefined ? [] : [parseHead(expectedHead)];
}

/** Whoever may write to the database may also prune: what somebody vouched for must not be gone since. */
function notPrunedBeyond(expected: string | undefined, verification: AuditVerification): AuditVerification {
  if (expected === undefined || !verification.ok) return verification;
  const [known, found] = [parseHead(expected), parseHead(verification.checkpoint ?? formatHead(NO_EVENTS))];
  if (found.position > known.position) return { ok: false, position: found.position, problem: "pruned" };
  const isRewritten = found.position === known.position && found.hash !== known.hash;
  return isRewritten ? { ok: false, position: found.position, problem: "rewritten" } : verification;
}

/** @throws MisuseError for what is no key of that kind */
function requireKey(
  method: string,
  name: string,
  key: unknown,
  type: "public" | "private",
  usage: "sign" | "verify",
): asserts key is AuditKey {
  const { algorithm, type: found, usages } = (key ?? {}) as Partial<AuditKey>;
  if (algorithm?.name === ALGORITHM && found === type && usages?.includes(usage)) return;
  throw new MisuseError(
    "ERR_OPTION",
    `${method}: ${name}: must be a ${type} CryptoKey for ${ALGORITHM} with the usage ${usage}`,
  );
}

/** The signed head of a text in the database, if that key has signed it. */
async function readSignedBy(publicKey: AuditKey, text: unknown): Promise<SignedHead | undefined> {
  const { head, at, checkpoint, signature } = membersOf(text);
  if (
    ![head, checkpoint ?? head].every((each) => /^\d{1,15}:[0-9a-f]{64}$/.test(each)) ||
    !/^[\d:.TZ-]{1,40}$/.test(at)
  )
    return undefined;
  if (!/^[0-9a-f]{128}$/.test(signature)) return undefined;
  const isSigned = await crypto.subtle.verify(
    ALGORITHM,
    publicKey,
    Uint8Array.from(decodeHex(signature)),
    signedBytes(head, at, checkpoint),
  );
  return isSigned ? { head, at, signature, ...(checkpoint !== undefined && { checkpoint }) } : undefined;
}

function membersOf(text: unknown): SignedHead {
  try {
    const { head, at, checkpoint, signature } = JSON.parse(String(text)) as Record<string, unknown>;
    return {
      head: String(head),
      at: String(at),
      ...(checkpoint !== undefined && { checkpoint: typeof checkpoint === "string" ? checkpoint : "" }),
      signature: String(signature),
    };
  } catch {
    return { head: "", at: "", signature: "" };
  }
}

/** The first line keeps the signature from counting for anything else that the key may sign. */
function signedBytes(head: string, at: string, checkpoint?: string): Uint8Array<ArrayBuffer> {
  const lines = ["oauth-dcr audit head", head, at, ...(checkpoint === undefined ? [] : [checkpoint])];
  return Uint8Array.from(new TextEncoder().encode(lines.join("\n")));
}
