import { openServer, type TestRegistrationOptions } from "../support/open-server";

/** A server whose registration endpoint is the route at `path`, below the application's base path. */
export function registrationAt(path: string, options: TestRegistrationOptions = {}) {
  return openServer({ registrationEndpoint: `https://as.example/auth${path}`, ...options });
}
