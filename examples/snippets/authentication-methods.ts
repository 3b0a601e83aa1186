import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import { createClientRegistration, tokenGatedPreset } from "@oauth-dcr/core";
import { attestJwtClientAuth } from "@oauth-dcr/core/client-attestation";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { clientAuthenticationResponse } from "@oauth-dcr/core/http";
import { memoryReplayStore } from "@oauth-dcr/core/memory";
import { selfSignedTlsClientAuth, spiffeX509, tlsClientAuth } from "@oauth-dcr/core/mutual-tls";
import { spiffeJwt, spiffeTrustDomains } from "@oauth-dcr/core/spiffe";
import { clientCertificates, pinnedConnection, sendResponse } from "@oauth-dcr/node";
import { readForm } from "./your-forms.js"; // yours: reads the body, up to a limit
import { store } from "./sqlite.js";

const issuer = "https://as.example";
const outgoing = guardedFetch({ connection: pinnedConnection() });
const trustDomains = spiffeTrustDomains({
  domains: [{ name: "example.org", bundle: { url: "https://spire.example.org/bundle.json" } }],
  guardedFetch: outgoing,
});

export const registration = createClientRegistration({
  ...tokenGatedPreset({
    issuer,
    grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
    token_endpoint_auth_methods_supported: [
      ...["tls_client_auth", "self_signed_tls_client_auth"],
      ...["spiffe_jwt", "spiffe_x509", "attest_jwt_client_auth"],
    ],
  }),
  store,
  audit: (event) => console.log(JSON.stringify(event)),
  authenticationMethods: [
    tlsClientAuth({ trustAnchors: [readFileSync("clients-ca.pem", "utf8")] }),
    selfSignedTlsClientAuth({ guardedFetch: outgoing }),
    spiffeJwt({ trustDomains, audience: issuer }),
    spiffeX509({ trustDomains }),
    attestJwtClientAuth({
      audience: issuer,
      trustedIssuers: [
        { issuer: "https://attester.example", keys: { jwksUri: "https://attester.example/jwks" } },
      ],
      replay: memoryReplayStore(),
      guardedFetch: outgoing,
    }),
  ],
});

const tls = { key: readFileSync("server.key"), cert: readFileSync("server.pem") };
// Ask each client for a certificate, and let the methods above judge it.
createServer({ ...tls, requestCert: true, rejectUnauthorized: false }, (req, res) => {
  void tokenEndpoint(req).then((response) => sendResponse(response, res));
}).listen(8443);

async function tokenEndpoint(req: IncomingMessage): Promise<Response> {
  const headers = new Headers(req.headers as Record<string, string>);
  const tokenRequest = {
    authorization: headers.get("authorization"),
    parameters: await readForm(req),
    clientCertificates: clientCertificates(req.socket),
    clientAttestation: headers.get("oauth-client-attestation"),
    clientAttestationPop: headers.get("oauth-client-attestation-pop"),
  };
  const client = await registration.authenticateClient(tokenRequest);
  if (!client.ok) return clientAuthenticationResponse(client.error, tokenRequest);
  return Response.json({ client_id: client.value.clientId });
}
