import { registrationOf, type Env } from "./registration.js";
import { serveRegistration } from "./serve-registration.js";

const app = serveRegistration(registrationOf);

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
