import { hmac } from "@oslojs/crypto/hmac";
import { SHA256 } from "@oslojs/crypto/sha2";
import { encodeBase64urlNoPadding } from "@oslojs/encoding";
import type { ConsoleProxy } from "../options.js";
import { hashOf } from "./random.js";
import type { Operator } from "./operator.js";

/** The header in which a proxy shows that it is the operator's own. */
const SECRET_HEADER = "x-console-proxy-secret";

/** A name without characters that could pass for another one. A comma joins the values of a header that was sent twice. */
const NAME = /^[^\p{C}\p{Zl}\p{Zp},]{1,200}$/u;

/** @returns the operator that the proxy of a request names; `undefined` where it is not that proxy, or names nobody */
export function proxyOperators({
  userHeader,
  secret,
}: ConsoleProxy): (request: Request) => Operator | undefined {
  const secretHash = hashOf(secret);
  // The form's token of a name is the same until the next start, so that nothing is kept for each name.
  const key = crypto.getRandomValues(new Uint8Array(32));
  return ({ headers }) => {
    if (hashOf(headers.get(SECRET_HEADER) ?? "") !== secretHash) return undefined;
    const name = headers.get(userHeader)?.trim() ?? "";
    if (!NAME.test(name)) return undefined;
    const formToken = encodeBase64urlNoPadding(hmac(SHA256, key, new TextEncoder().encode(name)));
    return { name, formToken, hasSession: false };
  };
}
