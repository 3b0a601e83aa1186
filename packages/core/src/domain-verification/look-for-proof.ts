import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import type { GuardedFetchProblem } from "../guarded-fetch/guarded-fetch-problem.js";
import { untilAborted } from "../lib/until-aborted.js";
import type { DomainProblem, DomainProof } from "../store/records.js";
import type { DomainChallenge } from "./domain-challenge.js";

/**
 * Resolves with all TXT records of a name, the strings of each record joined. Resolves with an empty list if the name has no
 * TXT record or does not exist. Rejects if the query fails. It should end when `signal` aborts.
 */
export type TxtRecords = (name: string, signal: AbortSignal) => Promise<readonly string[]>;

/** Why a check did not see the proof. */
export interface DomainTrouble {
  /** What is wrong. */
  readonly problem: DomainProblem;
  /** The underlying error. For your log only. */
  readonly cause?: unknown;
}

/**
 * Looks for a proof. `undefined`: it was seen. Never rejects.
 *
 * @param isStored whether the store has this proof, so that the look may have a connection that is kept for known URLs
 */
export type LookForProof = (
  challenge: DomainChallenge,
  isStored?: boolean,
) => Promise<DomainTrouble | undefined>;

/** The ways that are configured. */
export type ProofMethods = ReadonlyMap<DomainProof["method"], LookForProof>;

const TXT_TIMEOUT_MILLISECONDS = 5_000;
/** How many questions are under way at most; one that ignores its signal counts until it ends. */
const MOST_QUESTIONS = 10;
const MOST_TXT_RECORDS = 100;
const MOST_FILE_CHARACTERS = 1024;

/** What has no proof, as far as anybody can tell. The other problems say nothing about it. */
export function isAbsent({ problem }: DomainTrouble): boolean {
  return problem !== "unreachable" && problem !== "busy";
}

/** Looks among the TXT records of a name. */
export function lookInDns(txtRecords: TxtRecords): LookForProof {
  let underWay = 0;

  async function ask(name: string, signal: AbortSignal): Promise<readonly string[]> {
    underWay += 1;
    try {
      return await txtRecords(name, signal);
    } finally {
      underWay -= 1;
    }
  }

  return async ({ txtName, text }) => {
    if (underWay >= MOST_QUESTIONS) return { problem: "busy" };
    const signal = AbortSignal.timeout(TXT_TIMEOUT_MILLISECONDS);
    try {
      const records = (await untilAborted(signal, ask(txtName, signal))).slice(0, MOST_TXT_RECORDS);
      if (records.includes(text)) return undefined;
      return { problem: records.length === 0 ? "not_published" : "other_text" };
    } catch (cause) {
      return { problem: "unreachable", cause };
    }
  };
}

/** Looks in a file of the domain. */
export function lookInFile(guardedFetch: GuardedFetch): LookForProof {
  return async ({ fileUrl, text }, isStored) => {
    const fetched = await guardedFetch(fileUrl, ["text/plain"], isStored);
    if (!fetched.ok) return { problem: problemOf(fetched.error), cause: fetched.error };
    const { text: file } = fetched.value;
    const lines = file.length > MOST_FILE_CHARACTERS ? [] : file.split(/\r?\n/);
    return lines.includes(text) ? undefined : { problem: "other_text" };
  };
}

function problemOf({ kind, status = 0 }: GuardedFetchProblem): DomainProblem {
  switch (kind) {
    case "url_refused":
    case "address_refused":
      return "not_public";
    case "redirected":
      return "not_published";
    // Any other status may be that of a server in trouble, or of one that takes us for somebody else.
    case "status":
      return status === 404 || status === 410 ? "not_published" : "unreachable";
    case "media_type":
    case "too_large":
      return "other_text";
    case "busy":
      return "busy";
    case "timed_out":
    case "unreachable":
      return "unreachable";
  }
}
