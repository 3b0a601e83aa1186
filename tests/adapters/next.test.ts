import { afterAll, beforeAll, describe, it } from "vitest";
import { LIMIT } from "./support/open-server.js";
import { startNextApp, type RunningApp } from "./support/next-app.js";
import { countsByProxiedAddress } from "./support/proxied-address.js";
import { through } from "./support/through.js";

for (const basePath of ["/auth", ""]) {
  describe(`Next.js with the base path "${basePath}"`, () => {
    let app: RunningApp;
    beforeAll(async () => {
      app = await startNextApp(basePath);
    });
    afterAll(() => app.stop());
    const limitedFetch = () => ({
      fetch: (path: string, init: RequestInit) => app.fetch(`/limited${path}`, init),
    });

    through("Node.js runtime", () => app, { limited: { limit: LIMIT, createFetch: limitedFetch } });
    through("edge runtime", () => app, {
      limited: undefined,
      registrationPath: "/edge/register",
      // `next start` answers from this runtime once the body has come to its end.
      body: "read",
    });

    it("counts by the address that its proxy saw", () => countsByProxiedAddress(app, "/proxied/register"));
  });
}
