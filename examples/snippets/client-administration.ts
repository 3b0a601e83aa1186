import { createClientRegistration, tokenGatedPreset } from "@oauth-dcr/core";
import { clientAdministration } from "@oauth-dcr/core/administration";
import { store } from "./sqlite.js";
import { revokeTokensOf } from "./your-tokens.js"; // yours: ends the grants and tokens of a client

const options = {
  ...tokenGatedPreset({ issuer: "https://as.example", scopes_supported: ["tools:read"] }),
  store,
  audit: (event: object) => console.log(JSON.stringify(event)),
};
export const registration = createClientRegistration(options);
export const clients = clientAdministration(options, {
  revokeTokens: ({ clientId }) => revokeTokensOf(clientId),
});

await clients.applyClients([
  {
    clientId: "our-web-app",
    metadata: { redirect_uris: ["https://app.example/callback"], token_endpoint_auth_method: "none" },
    administration: { tier: "first_party", owner: "team-web", tags: ["env:prod"] },
  },
]);
await clients.administerClient("our-web-app", { notes: "looked at in November" });

const { clients: held } = await registration.findClients({ status: "awaiting_approval" });
for (const { clientId, version } of held) await registration.approveClient(clientId, { version });

const unused = await clients.purgeClients({ usedBefore: Math.floor(Date.now() / 1000) - 90 * 86_400 });
console.log(`${unused.clientIds.length} clients were not used for 90 days`);
