import { tokenGatedPreset } from "@oauth-dcr/core";
import { domainVerification } from "@oauth-dcr/core/domain-verification";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { pinnedConnection, txtRecords } from "@oauth-dcr/node";
import { store } from "./sqlite.js";

const domains = domainVerification(
  {
    ...tokenGatedPreset({ issuer: "https://as.example" }),
    store,
    audit: (event: object) => console.log(JSON.stringify(event)),
  },
  { txtRecords: txtRecords(), guardedFetch: guardedFetch({ connection: pinnedConnection() }) },
);

const challenge = await domains.challenge("some-client", "app.example");
if (challenge.outcome === "challenge") {
  console.log(`TXT record at ${challenge.txtName}, or a line of ${challenge.fileUrl}: ${challenge.text}`);
}
const verified = await domains.verifyDomain("some-client", "app.example", { method: "dns" });
console.log(verified.outcome === "verified" ? verified.tier : verified);

// Once an hour, from a timer of yours: looks at what was not looked at for a day.
const { lost } = await domains.recheckDomains();
for (const { clientId, domain, problem } of lost) console.log(`${clientId} has lost ${domain}: ${problem}`);
