// Looks 390 metadata documents up, each of 64 KiB with thousands of mistakes and each at a host of its own, as anybody can
// make a server do, and answers with the bytes of the heap that are left in use. To be run with --expose-gc.
import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { clientIdMetadataDocuments } from "@oauth-dcr/core/client-id-metadata-document";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { memoryStore } from "@oauth-dcr/core/memory";

const LOOKUPS = 390;
const lists = Object.fromEntries(
  Array.from({ length: 290 }, (_, i) => [`keywords#en-x-${i}`, Array.from({ length: 50 }, () => 0)]),
);
const documentOf = (url) =>
  JSON.stringify({ client_id: url, client_name: "x", redirect_uris: ["https://app.example/cb"], ...lists });

const registration = createClientRegistration({
  ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["read"] }),
  access: openRegistration({ dangerouslyUnlimited: true }),
  store: memoryStore(),
  audit: () => undefined,
  clientIdMetadataDocuments: clientIdMetadataDocuments({
    guardedFetch: guardedFetch({
      connection: async ({ url }) =>
        new Response(documentOf(url.href), { headers: { "content-type": "application/json" } }),
    }),
  }),
});

globalThis.gc();
const before = process.memoryUsage().heapUsed;
for (let i = 0; i < LOOKUPS; i += 1) {
  const found = await registration.findClient(`https://stranger${i}.test/client.json`);
  if (found.ok || found.error.kind !== "refused_document") throw new Error("the document was not refused");
}
globalThis.gc();
console.log(process.memoryUsage().heapUsed - before);
