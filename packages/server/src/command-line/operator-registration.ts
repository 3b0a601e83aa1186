import {
  createClientRegistration,
  protectedRegistration,
  tokenGatedPreset,
  type AuditDelivery,
  type AuditEvent,
  type ClientRegistration,
  type ClientRegistrationOptions,
} from "@oauth-dcr/core";
import {
  clientAdministration,
  type ClientAdministrationTools,
  type ReadClientHistory,
} from "@oauth-dcr/core/administration";
import {
  domainVerification,
  type DomainVerification,
  type DomainVerificationOptions,
} from "@oauth-dcr/core/domain-verification";
import { openStoreAndLog } from "../audit/audit-log.js";
import type { AuditTarget } from "../settings/audit-targets.js";
import { clientLifecycle } from "../settings/client-lifetimes.js";
import type { Answer, ExitCode } from "./answer.js";
import type { Call } from "./command.js";
import { metadataDocuments } from "../settings/document-settings.js";
import { databaseAt, type Database } from "../database/open-database.js";
import { serverRules } from "./server-rules.js";
import { TRUST_POLICIES, type Trust } from "../settings/trust-settings.js";
import { SettingError } from "../settings/setting-error.js";
import { isGiven, sharedSettings } from "../settings/settings.js";

/** A count reads every client, and a verification every event. */
const PATIENCE_MILLISECONDS = 600_000;

/**
 * Does work on the database that a command names, prints its answer, and lets go of the database.
 *
 * @param mayBeNew otherwise a file that is not there is a slip of the pen, and would be made
 * @throws SettingError where it names none, or one that is not there
 */
export async function onDatabase(
  call: Call,
  work: (database: Database) => Promise<Answer>,
  mayBeNew = false,
): Promise<ExitCode> {
  const { database: text } = sharedSettings(call.values, call.environment);
  if (text === undefined) {
    throw new SettingError("--database (or OAUTH_DCR_DATABASE) must name the database that the server uses");
  }
  const database = databaseAt(text, PATIENCE_MILLISECONDS);
  try {
    if (!mayBeNew && !(await database.exists()))
      throw new SettingError(`there is no database ${database.place}`);
    return await call.print(await work(database));
  } finally {
    await database.close();
  }
}

/**
 * Does an operator's work at a registration server on that database, so that it is done and recorded as the server would. A
 * subcommand that takes `--audit` records its events where that says, and on the error stream where it says standard
 * output, which is for the answer. What could not be recorded is told on the error stream, and the exit code is 1.
 *
 * @throws SettingError for a wrong call
 * @throws what the database or an audit file throws when it is opened, before anything is done
 */
export async function withRegistration(
  call: Call,
  work: (registration: ClientRegistration) => Promise<Answer>,
  mayBeNew = false,
): Promise<ExitCode> {
  return withOptions(call, mayBeNew, (options) => {
    const registration = createClientRegistration(options);
    return { auditDelivery: registration.auditDelivery, answer: work(registration) };
  });
}

/**
 * The same with the operator's tools for clients, which judge by the rules of the server.
 *
 * @param isReading whether nothing is changed: no audit file is opened for what is only read
 */
export async function withClients(
  call: Call,
  work: (clients: ClientAdministrationTools) => Promise<Answer>,
  isReading = false,
): Promise<ExitCode> {
  const begin: Begin = (options, readHistory) => {
    // Who holds the tokens of a client learns of its end from the audit log; this process issues none.
    const revokeTokens = (): void => undefined;
    const clients = clientAdministration(options, { revokeTokens, ...(readHistory && { readHistory }) });
    return { auditDelivery: clients.auditDelivery, answer: work(clients) };
  };
  return withOptions(call, false, begin, isReading);
}

/** The same with what lets domains vouch for clients, at the issuer of the server. */
export async function withDomains(
  call: Call,
  ways: DomainVerificationOptions,
  work: (domains: DomainVerification) => Promise<Answer>,
): Promise<ExitCode> {
  return withOptions(call, false, (options) => {
    const domains = domainVerification(options, ways);
    return { auditDelivery: domains.auditDelivery, answer: work(domains) };
  });
}

type Begin = (
  options: ClientRegistrationOptions,
  readHistory: ReadClientHistory | undefined,
) => {
  readonly auditDelivery: AuditDelivery;
  readonly answer: Promise<Answer>;
};

async function withOptions(
  call: Call,
  mayBeNew: boolean,
  begin: Begin,
  isReading = false,
): Promise<ExitCode> {
  const { audit, lifecycle, documents, trust } = sharedSettings(call.values, call.environment);
  const rules = call.takes("issuer") ? serverRules(call) : undefined;
  const refused: string[] = [];
  const onError = (error: unknown, event: AuditEvent): void => {
    refused.push(`${error instanceof Error ? error.message : String(error)}: ${JSON.stringify(event)}`);
  };

  /** Without a setting, the log that the database has: a server wrote it. */
  async function targetsOn(database: Database): Promise<readonly AuditTarget[]> {
    if (!call.takes("audit")) return [];
    if (isGiven("audit", call.values, call.environment)) return audit;
    return (await hasAuditLog(database)) ? ["database"] : audit;
  }

  async function doneOn(database: Database): Promise<Answer> {
    const targets = await targetsOn(database);
    const { store, log } = await openStoreAndLog(
      isReading ? await readableOf(targets) : targets.map(besideAnswer),
      database,
    );
    try {
      const options = {
        // Nobody comes to this server by HTTP, so that nobody sees its addresses.
        ...(rules ?? presetFor(trust)),
        policies: { named: TRUST_POLICIES },
        ...(trust && { trust: trust.trust }),
        access: protectedRegistration(),
        store,
        lifecycle: clientLifecycle({ lifecycle, trust }),
        // So that a client that nobody has seen yet can be disabled by its URL.
        ...(documents && { clientIdMetadataDocuments: metadataDocuments(documents) }),
        audit: log.record,
        onError,
      };
      const begun = begin(options, log.stored?.readClientHistory);
      // What was done before something went wrong has its events, too.
      const answer = await begun.answer.finally(async () => begun.auditDelivery.flush());
      if (begun.auditDelivery.waiting === 0) return answer;
      return { ...answer, exitCode: 1, problem: `done, but not in the audit log: ${refused.join("; ")}` };
    } finally {
      await log.close();
    }
  }

  return onDatabase(call, doneOn, mayBeNew);
}

async function hasAuditLog(database: Database): Promise<boolean> {
  if (!(await database.exists())) return false;
  const { events } = await (await database.openAuditLog()).readEvents({ limit: 1 });
  return events.length > 0;
}

/** Standard output is for the answer. */
function besideAnswer(target: AuditTarget): AuditTarget {
  return target === "stdout" ? "stderr" : target;
}

/** Where the history of a client can be read. */
async function readableOf(targets: readonly AuditTarget[]): Promise<readonly AuditTarget[]> {
  const readable: AuditTarget[] = [];
  for (const target of targets) {
    if (target === "database") readable.push(target);
    else if (typeof target === "object" && target.database !== undefined) {
      const log = databaseAt(target.database);
      if (!(await log.exists())) throw new SettingError(`there is no audit log ${log.place}`);
      readable.push(target);
    }
  }
  return readable;
}

/** For a command that judges no metadata: its scopes are those that tiers may bound. */
function presetFor(trust: Trust | undefined): ReturnType<typeof tokenGatedPreset> {
  const scopes = [...(trust?.scopes.keys() ?? [])];
  return tokenGatedPreset({
    issuer: "http://localhost",
    ...(scopes.length > 0 && { scopes_supported: scopes }),
  });
}
