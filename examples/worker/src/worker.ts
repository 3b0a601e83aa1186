import { toHonoHandler } from "@oauth-dcr/hono";
import { Hono, type Context } from "hono";
import type { GetConnInfo } from "hono/conninfo";
import { registrationOf, type Env } from "./registration.js";

/** The caller's address, as Cloudflare saw it: it sets this header anew on every request. */
const getConnInfo: GetConnInfo = (c) => {
  const address = c.req.header("cf-connecting-ip");
  return { remote: address === undefined ? {} : { address, addressType: undefined } };
};

const handler = async (c: Context<{ Bindings: Env }>): Promise<Response> =>
  toHonoHandler(registrationOf(c.env), { getConnInfo })(c);

const app = new Hono<{ Bindings: Env }>()
  .all("/register", handler)
  .all("/.well-known/oauth-authorization-server", handler);

export default {
  fetch: app.fetch,

  /** The cron trigger of `wrangler.json`. */
  async scheduled(_event: unknown, env: Env): Promise<void> {
    const registration = registrationOf(env);
    // Ten rounds are about forty statements, of the fifty that D1 answers an invocation on the free plan. What they
    // leave is swept the next time: every ten minutes, that is 10 × 1,000 / 600 s = 16 clients a second.
    for (let rounds = 10; rounds > 0; rounds -= 1) {
      const { more } = await registration.sweepClients({ limit: 1000 });
      if (!more) break;
    }
    await registration.auditDelivery.flush();
  },
};
