import { clientIdMetadataDocuments } from "@oauth-dcr/core/client-id-metadata-document";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { pinnedConnection } from "@oauth-dcr/node";

/** The option `clientIdMetadataDocuments` of `createClientRegistration`. */
export const documents = clientIdMetadataDocuments({
  guardedFetch: guardedFetch({
    connection: pinnedConnection(),
    // The one document that may be at a private address.
    privateUrls: ["https://wiki.corp.internal/oauth/client.json"],
  }),
  // The first rule that matches decides.
  admission: [
    { match: "https://wiki.corp.internal/oauth/client.json", verdict: "allow" },
    { match: "https://hosting.example/spammer/*", verdict: "block" },
    { match: "*.partner.example", verdict: "allow" },
    { match: "*", verdict: "hold" },
  ],
});
