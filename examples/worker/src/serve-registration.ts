import type { ClientRegistration } from "@oauth-dcr/core";
import { toHonoHandler } from "@oauth-dcr/hono";
import { Hono, type Context } from "hono";
import type { GetConnInfo } from "hono/conninfo";

/** The caller's address, as Cloudflare saw it: it sets this header anew on every request. */
const getConnInfo: GetConnInfo = (c) => {
  const address = c.req.header("cf-connecting-ip");
  return { remote: address === undefined ? {} : { address, addressType: undefined } };
};

/** The registration endpoint and the discovery document, of the server that the worker's environment makes. */
export function serveRegistration<Env extends object>(registrationOf: (env: Env) => ClientRegistration) {
  const handler = async (c: Context<{ Bindings: Env }>): Promise<Response> =>
    toHonoHandler(registrationOf(c.env), { getConnInfo })(c);

  return new Hono<{ Bindings: Env }>()
    .all("/register", handler)
    .all("/.well-known/oauth-authorization-server", handler);
}
