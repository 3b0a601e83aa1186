export {
  selfSignedTlsClientAuth,
  type SelfSignedTlsClientAuthOptions,
} from "./self-signed-tls-client-auth.js";
export { spiffeX509, type SpiffeX509Options } from "./spiffe-x509.js";
export { tlsClientAuth, type TlsClientAuthOptions } from "./tls-client-auth.js";
