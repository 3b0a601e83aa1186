import { openDesk, type DeskOptions } from "../support/open-desk";

/** A desk whose registration endpoint is the route at `path`, below the application's base path. */
export function deskAt(path: string, options: DeskOptions = {}) {
  return openDesk({ registrationEndpoint: `https://as.example/auth${path}`, ...options });
}
