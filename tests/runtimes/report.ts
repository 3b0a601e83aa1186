import { runCases } from "./cases.js";
import type { CaseResult } from "./case-list.js";

export interface Report {
  /** What the runtime calls itself, so that nobody takes one for another. */
  readonly runtime: string;
  readonly results: readonly CaseResult[];
}

/** Runs the case list here. */
export async function report(): Promise<Report> {
  return { runtime: runtimeName(), results: await runCases() };
}

interface Names {
  readonly navigator?: { readonly userAgent?: string };
  readonly EdgeRuntime?: string;
  readonly process?: { readonly versions: { readonly node: string } };
}

function runtimeName(): string {
  const { navigator, EdgeRuntime, process } = globalThis as unknown as Names;
  // Node.js has no `navigator` before 21.
  return navigator?.userAgent ?? EdgeRuntime ?? `Node.js/${process?.versions.node.split(".")[0]}`;
}
