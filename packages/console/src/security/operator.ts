/** Who is signed in. */
export interface Operator {
  /** The name, for the audit log. */
  readonly name: string;
  /** What each form of theirs must carry. */
  readonly formToken: string;
  /** Whether they can sign out here. */
  readonly hasSession: boolean;
}
