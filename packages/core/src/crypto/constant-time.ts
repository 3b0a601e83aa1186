import { constantTimeEqual } from "@oslojs/crypto/subtle";

/** Whether two hashes in hexadecimal are one, in a time that does not tell how much of them agrees. */
export function equalInConstantTime(one: string, other: string): boolean {
  const encoder = new TextEncoder();
  return constantTimeEqual(encoder.encode(one), encoder.encode(other));
}
