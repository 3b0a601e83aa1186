/** What a rule says, and where that is written. */
export interface RuleText {
  /** Ends the sentence that the place of the value begins; ASCII, without quotes or backslashes (RFC 6749 section 5.2). */
  readonly says: string;
  readonly specification: string;
}
