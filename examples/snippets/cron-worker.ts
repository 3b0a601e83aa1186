import { toHonoHandler } from "@oauth-dcr/hono";
import { Hono } from "hono";
import { registration } from "./registration.js";

const app = new Hono().all("*", toHonoHandler(registration));

export default {
  fetch: app.fetch,

  // A cron trigger calls this, such as every ten minutes: on the edge no timer runs between two requests.
  async scheduled(): Promise<void> {
    // Twenty rounds every ten minutes delete up to 20 × 1,000 / 600 s = 33 clients per second. If more than that
    // expire, trigger the sweep more often.
    for (let rounds = 20; rounds > 0; rounds -= 1) {
      const { more } = await registration.sweepClients({ limit: 1000 });
      if (!more) break;
    }
    await registration.auditDelivery.flush();
  },
};
