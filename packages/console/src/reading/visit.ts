import type { Page } from "../components/layout.js";
import type { ConsoleOptions } from "../options.js";
import type { Operator } from "../security/operator.js";
import type { ReadActivity } from "./activity.js";
import type { Verification } from "./verification.js";

/** What every page reads with. */
export interface Tools extends Pick<
  ConsoleOptions,
  "registration" | "clients" | "auditLog" | "consents" | "quotas" | "playground" | "origin"
> {
  /** Seconds since the epoch. */
  readonly now: () => number;
  /** What the newest events of the audit log add up to. Missing: there is no log to read. */
  readonly activity?: ReadActivity;
  /** Verifies the audit log. Missing: there is no log to read. */
  readonly verification?: Verification;
}

/** One request of an operator. */
export interface Visit {
  readonly tools: Tools;
  readonly operator: Operator;
  readonly query: URLSearchParams;
  /** The fields of a form. Empty for a page that was asked for. */
  readonly form: URLSearchParams;
}

/** What a visit leads to: a page, or another place, as after each change. */
export type Answer = Page | { readonly redirect: string };

/** Makes the answer to a visit. */
export type Handler = (visit: Visit) => Promise<Answer>;
