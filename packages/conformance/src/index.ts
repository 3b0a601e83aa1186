export { checkAuthorizationServer, conformance } from "./conformance.js";
export { toHuman, type HumanOptions } from "./formats/human.js";
export { toJUnit } from "./formats/junit.js";
export { toSarif } from "./formats/sarif.js";
export { ConformanceOptionError, type ConformanceOptions, type Fetch } from "./options.js";
export type { CheckResult, ConformanceReport, LeftBehindClient, Outcome, Section } from "./report.js";
