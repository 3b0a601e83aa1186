export { attestJwtClientAuth, type AttestJwtClientAuthOptions } from "./attest-jwt-client-auth.js";
export { clientInstanceKeyThumbprint } from "./client-instance-key.js";
