import type { RegistrationSource } from "../store/records.js";

/** What operators call those who come by each way. */
export const CALLERS = {
  open: "open",
  initial_access_token: "initialAccessToken",
  software_statement: "softwareStatement",
  metadata_document: "metadataDocument",
} as const satisfies Record<RegistrationSource, string>;

export type Caller = (typeof CALLERS)[RegistrationSource];
