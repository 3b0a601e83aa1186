import { nowSeconds } from "../lib/clock.js";
import type { DomainProblem, DomainProof, RegisteredClient } from "../store/records.js";
import { clientDomains } from "../store/trust-tier.js";
import { domainChallenge } from "./domain-challenge.js";
import { ClientBusyError, keepDomains } from "./keep-domains.js";
import { isAbsent, type DomainTrouble } from "./look-for-proof.js";
import { dueProofs, recheckLine } from "./recheck-line.js";
import type { VerificationConfig } from "./verify-domain.js";

/** A domain whose proof the check did not see. */
export interface UnseenDomain {
  /** The `client_id` of the client that it vouched for. */
  readonly clientId: string;
  /** The host name. */
  readonly domain: string;
  /** Why the check did not see it. */
  readonly problem: DomainProblem;
}

/** The result of `recheckDomains`. */
export interface DomainRecheck {
  /** The number of proofs that it saw. */
  readonly seen: number;
  /** Proofs that it did not see, and that still count. */
  readonly failing: readonly UnseenDomain[];
  /** Proofs that no longer count. */
  readonly lost: readonly UnseenDomain[];
  /** Whether it stopped at its `limit` with more clients to check. */
  readonly more: boolean;
}

/** So many clients are looked at in parallel. Less than half of the questions that may be under way: people ask as well. */
const CLIENTS_AT_ONCE = 4;

/** When a proof that is not seen is lost. */
export interface RecheckConfig extends VerificationConfig {
  readonly graceSeconds: number;
  readonly lostAfterAbsences: number;
}

/** One look at a proof. */
interface Check {
  readonly before: DomainProof;
  readonly trouble: DomainTrouble | undefined;
  /** `undefined`: it is lost. */
  readonly after: DomainProof | undefined;
}

/** Looks at the proofs that were not looked at for some time, a few at once. */
export async function recheckDomains(
  { limit, olderThanSeconds }: { readonly limit: number; readonly olderThanSeconds: number },
  config: RecheckConfig,
): Promise<DomainRecheck> {
  const due = nowSeconds(config.clock) - olderThanSeconds;
  const found = { seen: 0, failing: [] as UnseenDomain[], lost: [] as UnseenDomain[] };
  const line = recheckLine(config.store, due, limit);
  const busy: { readonly client: RegisteredClient; readonly proofs: readonly DomainProof[] }[] = [];

  async function recheck(client: RegisteredClient, proofs: readonly DomainProof[], isLast: boolean) {
    const { clientId } = client;
    const checks: Check[] = [];
    const again: DomainProof[] = [];
    for (const proof of proofs) {
      const one = await check(client, proof, config);
      if (one.trouble?.problem === "busy" && !isLast) again.push(proof);
      else checks.push(one);
    }
    if (again.length > 0) {
      // It comes first in the next run as well, and must not take the place of another there.
      if (busy.length < limit) line.giveBack();
      busy.push({ client, proofs: again });
    }
    const changes = checks.filter(({ before, after }) => after !== before);
    const isKept = await keep(clientId, changes, config);
    if (!isKept) line.giveBack();
    for (const { before, trouble, after } of checks) {
      if (!trouble) found.seen += 1;
      else {
        const { problem } = trouble;
        (after || !isKept ? found.failing : found.lost).push({ clientId, domain: before.domain, problem });
      }
    }
  }

  async function work(): Promise<void> {
    for await (const client of line.clients) await recheck(client, dueProofs(client, due), false);
  }

  await Promise.all(Array.from({ length: Math.min(CLIENTS_AT_ONCE, limit) }, work));
  // The other looks of this run may have taken the slots, which must not count against a proof.
  for (const { client, proofs } of busy) await recheck(client, proofs, true);
  return { ...found, more: line.hasMore() };
}

async function check(client: RegisteredClient, before: DomainProof, config: RecheckConfig): Promise<Check> {
  const { domain, method, absences: earlier = 0, ...others } = before;
  if (!clientDomains(client).domains.includes(domain)) {
    return { before, trouble: { problem: "not_of_client" }, after: undefined };
  }
  const look = config.methods.get(method);
  // Whoever takes a method out of the configuration cannot know whether its proofs are still there.
  const trouble = look
    ? await look(domainChallenge(config.issuer, client.clientId, domain), true)
    : ({ problem: "unreachable" } as const);
  // Nobody looked. Strangers can take all connections, so this says nothing of the proof, however often it happens.
  if (trouble?.problem === "busy") return { before, trouble, after: before };
  const now = nowSeconds(config.clock);
  if (!trouble) return { before, trouble, after: { domain, method, ...others, seenAt: now, checkedAt: now } };
  const absences = earlier + (isAbsent(trouble) ? 1 : 0);
  // One failure alone is never the end of a proof, however long ago it was seen.
  const isOver = before.checkedAt > before.seenAt && now - before.seenAt >= config.graceSeconds;
  if (absences >= config.lostAfterAbsences || isOver) return { before, trouble, after: undefined };
  const after = { domain, method, ...others, checkedAt: now, ...(absences > 0 && { absences }) };
  return { before, trouble, after };
}

/**
 * A proof that somebody else has looked at meanwhile stays as they found it, and so does one of a host that the client has again.
 *
 * @returns `false` where the client is changed so often that nothing could be written. Its owner can do that on purpose, so the
 * re-check goes on with the other clients.
 */
async function keep(clientId: string, checks: readonly Check[], config: RecheckConfig): Promise<boolean> {
  if (checks.length === 0) return true;
  try {
    await write(clientId, checks, config);
    return true;
  } catch (error) {
    if (error instanceof ClientBusyError) return false;
    throw error;
  }
}

async function write(clientId: string, checks: readonly Check[], config: RecheckConfig): Promise<void> {
  await keepDomains(
    clientId,
    (client) => {
      const { domains: current = [] } = client.administration ?? {};
      const { domains: hosts } = clientDomains(client);
      const checkOf = ({ domain, checkedAt }: DomainProof) =>
        checks.find(
          ({ before, trouble }) =>
            before.domain === domain &&
            before.checkedAt === checkedAt &&
            !(trouble?.problem === "not_of_client" && hosts.includes(domain)),
        );
      const gone = current.map(checkOf).filter((one) => one && !one.after);
      return {
        domains: current.flatMap((proof) => {
          const one = checkOf(proof);
          return one ? (one.after ?? []) : proof;
        }),
        events: gone.flatMap((one) =>
          one?.trouble
            ? {
                type: "client_domain_lost" as const,
                domain: one.before.domain,
                domainProblem: one.trouble.problem,
              }
            : [],
        ),
      };
    },
    config,
  );
}
