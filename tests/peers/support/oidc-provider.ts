import Provider from "oidc-provider";
import { serveOnLoopback, type Peer } from "./peer.js";

export const oidcProvider: Peer = {
  name: "oidc-provider",
  packages: ["oidc-provider"],
  setup:
    "`features.registration` and `features.registrationManagement` enabled, all other options at their defaults, in memory.",
  start: () =>
    serveOnLoopback((origin) => {
      const provider = new Provider(origin, {
        features: { registration: { enabled: true }, registrationManagement: { enabled: true } },
      });
      const handler = provider.callback();
      return (request, response) => void handler(request, response);
    }),
};
