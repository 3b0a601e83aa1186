import { toHonoHandler } from "@oauth-dcr/hono";
import { Hono } from "hono";
import { registration } from "./registration.js";

const app = new Hono().all("*", toHonoHandler(registration));

export default {
  fetch: app.fetch,

  // For a cron trigger, such as every ten minutes: there is no timer between two requests on the edge.
  async scheduled(): Promise<void> {
    // What twenty rounds leave is swept the next time. Every ten minutes, that is 20 × 1,000 / 600 s = 33 clients a
    // second: where more than that expire, a sweep never catches up. Trigger it more often then.
    for (let rounds = 20; rounds > 0; rounds -= 1) {
      const { more } = await registration.sweepClients({ limit: 1000 });
      if (!more) break;
    }
    await registration.auditDelivery.flush();
  },
};
