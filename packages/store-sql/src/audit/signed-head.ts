import { MisuseError, requireKnownOptions } from "@oauth-dcr/core";
import { decodeHex, encodeHexLowerCase } from "@oslojs/encoding";
import type {
  AuditKey,
  AuditPruning,
  AuditVerification,
  PruneAuditLogOptions,
  SignAuditLogOptions,
  VerifyAuditLogOptions,
} from "./audit-log.js";
import { formatHead, NO_EVENTS, parseHead, type ChainHead } from "./chain.js";
import { EVENTS_AT_A_TIME, type auditTransitions, type VerifiedChain } from "./transitions.js";
import { requireOption } from "../sql/require-option.js";
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
  readonly transitions: Pick<
    ReturnType<typeof auditTransitions>,
    "verify" | "pruneSome" | "readSigned" | "writeSigned"
  >;
  /** Asks the queries of a transition that only reads, each for itself. */
  readonly read: <Outcome>(transition: Transition<Outcome>) => Promise<Outcome>;
  /** Runs a transition in a transaction. */
  readonly change: <Outcome>(make: () => Transition<Outcome>) => Promise<Outcome>;
}

/** The functions of a log that know of keys. WebCrypto is asynchronous, and so they are no transitions. */
export function verifyAndSign({ transitions, read, change }: SigningLog) {
  return {
    async verify(options: VerifyAuditLogOptions = {}): Promise<AuditVerification> {
      requireKnownOptions("verify", options, [
        "expectedHead",
        "expectedCheckpoint",
        "publicKey",
        "onProgress",
      ] satisfies (keyof VerifyAuditLogOptions)[]);
      const { publicKey, onProgress } = options;
      requireOption(
        "verify",
        onProgress === undefined || typeof onProgress === "function",
        "onProgress: must be a function",
      );
      const { through, prunable } = expectedIn(options);
      if (publicKey === undefined) return read(transitions.verify(through, prunable, onProgress));
      requireKey("verify", "publicKey", publicKey, "public", "verify");
      const signed = await readSignedBy(publicKey, await read(transitions.readSigned()));
      if (!signed) return UNSIGNED;
      const verification = await read(
        transitions.verify(
          [...through, parseHead("head", signed.head)],
          earlierOf(prunable, signed.checkpoint),
          onProgress,
        ),
      );
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
      const { privateKey } = options;
      requireKey("sign", "privateKey", privateKey, "private", "sign");
      const { through, prunable } = expectedIn(options);
      const verification = await read(transitions.verify(through, prunable));
      if (!verification.ok) return verification;
      const { head, checkpoint = formatHead(NO_EVENTS) } = verification;
      const at = new Date().toISOString();
      const bytes = signedBytes(head, at, checkpoint);
      const signature = new Uint8Array(await crypto.subtle.sign(ALGORITHM, privateKey, bytes));
      const signed: SignedHead = { head, at, checkpoint, signature: encodeHexLowerCase(signature) };
      await change(() => transitions.writeSigned(JSON.stringify(signed)));
      return { ...verification, signedHead: head, signedAt: at };
    },

    async prune(options: PruneAuditLogOptions): Promise<AuditPruning> {
      requireKnownOptions("prune", options, ["before", "publicKey"] satisfies (keyof PruneAuditLogOptions)[]);
      const { before, publicKey } = options;
      requireOption(
        "prune",
        Number.isFinite(before),
        "before: must be an instant in seconds since the epoch",
      );
      let verified: VerifiedChain | undefined;
      if (publicKey !== undefined) {
        requireKey("prune", "publicKey", publicKey, "public", "verify");
        const signed = await readSignedBy(publicKey, await read(transitions.readSigned()));
        // A signature of an earlier version does not say up to where the log was pruned, and anybody may put one back.
        if (signed?.checkpoint === undefined) return UNSIGNED;
        const through = [parseHead("head", signed.head)];
        const prunable = parseHead("checkpoint", signed.checkpoint);
        const found = await read(transitions.verify(through, prunable));
        if (!found.ok) return found;
        verified = {
          checkpoint: parseHead("checkpoint", found.checkpoint ?? formatHead(NO_EVENTS)),
          through,
        };
      }
      let pruned = 0;
      for (;;) {
        const part = await change(() => transitions.pruneSome(before, verified));
        pruned += part.pruned;
        if (verified) verified = { ...verified, checkpoint: part.checkpoint };
        if (part.pruned < EVENTS_AT_A_TIME)
          return { ok: true, pruned, checkpoint: formatHead(part.checkpoint) };
      }
    },
  };
}

const UNSIGNED = { ok: false, position: 0, problem: "unsigned" } as const;

function expectedIn(options: { readonly expectedHead?: string; readonly expectedCheckpoint?: string }) {
  const { expectedHead, expectedCheckpoint } = options;
  const head = expectedHead === undefined ? undefined : parseHead("expectedHead", expectedHead);
  const prunable =
    expectedCheckpoint === undefined ? undefined : parseHead("expectedCheckpoint", expectedCheckpoint);
  return { prunable, through: [head, prunable].filter((one) => one !== undefined) };
}

/** Events may be pruned as far as all allow who vouch for the log. */
function earlierOf(prunable: ChainHead | undefined, signed: string | undefined): ChainHead | undefined {
  if (signed === undefined) return prunable;
  const head = parseHead("checkpoint", signed);
  return prunable && prunable.position < head.position ? prunable : head;
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
