import { createHash, randomBytes } from "node:crypto";
import type { Response } from "express";

const COOKIE = /(?:^|;\s*)user=([\w-]{43})(?:;|$)/;

/**
 * Who sits before the browser. There is no login here: each browser is a user of its own, by a random cookie. Yours answers the
 * key of the account that is logged in.
 */
export function userOf(res: Response): string {
  const known = COOKIE.exec(res.req.headers.cookie ?? "")?.[1];
  const secret = known ?? randomBytes(32).toString("base64url");
  // `secure` as well, where the server has https.
  if (known === undefined) res.cookie("user", secret, { httpOnly: true, sameSite: "lax" });
  // The ledger stores what it is given, and who reads it there must not have the cookie.
  return createHash("sha256").update(secret).digest("base64url");
}
