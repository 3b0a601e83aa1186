import type { ContractRunner } from "@oauth-dcr/contract-tests";
import { expectation } from "./expectation.js";

export interface CaseResult {
  readonly name: string;
  readonly ok: boolean;
  readonly error?: string;
}

export interface CaseList {
  readonly names: readonly string[];
  /** Runs them one after the other. Never rejects. */
  readonly run: () => Promise<CaseResult[]>;
}

interface Group {
  readonly path: readonly string[];
  readonly before: (() => Promise<void>)[];
  readonly after: (() => Promise<void>)[];
  readonly cases: { readonly name: string; readonly body: () => Promise<void> }[];
}

/**
 * The least that a test runner can be, on every runtime: it gathers what a contract defines, and runs it when asked.
 * A group within a group does not get the outer one's `beforeAll`, which no contract asks for.
 */
export function caseList(define: (runner: ContractRunner) => void): CaseList {
  const groups: Group[] = [];
  let group = newGroup([]);

  function newGroup(path: readonly string[]): Group {
    const made: Group = { path, before: [], after: [], cases: [] };
    groups.push(made);
    return made;
  }

  define({
    describe(name, body) {
      const outer = group;
      group = newGroup([...outer.path, name]);
      body();
      group = outer;
    },
    it: (name, body) => void group.cases.push({ name: [...group.path, name].join(" > "), body }),
    beforeAll: (body) => void group.before.push(body),
    afterAll: (body) => void group.after.push(body),
    expect: expectation,
  });

  return {
    names: groups.flatMap(({ cases }) => cases.map(({ name }) => name)),
    async run() {
      const results: CaseResult[] = [];
      for (const { before, after, cases } of groups) {
        const started = await problemOf(() => inTurn(before));
        const ran: CaseResult[] = [];
        for (const { name, body } of cases) ran.push(result(name, started ?? (await problemOf(body))));
        const ended = await problemOf(() => inTurn(after));
        results.push(...(ended === undefined ? ran : ran.map(({ name }) => result(name, ended))));
      }
      return results;
    },
  };
}

function result(name: string, error: string | undefined): CaseResult {
  return error === undefined ? { name, ok: true } : { name, ok: false, error };
}

async function inTurn(bodies: readonly (() => Promise<void>)[]): Promise<void> {
  for (const body of bodies) await body();
}

/** What went wrong, if anything did. */
async function problemOf(body: () => Promise<void>): Promise<string | undefined> {
  try {
    await body();
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? String(error)) : String(error);
  }
}
