import type { MisuseError } from "../../src/lib/misuse.js";
import {
  managedRegistration,
  type Answer,
  type ManagedRegistration,
} from "../client-configuration-endpoint/managed-registration.js";

export const REGISTER = "https://as.example/register";
export const CALLBACK = "https://app.example/callback";

/** A server like others, and the short way to its registration endpoint, also for what will be refused. */
export function testRegistration(
  options: Parameters<typeof managedRegistration>[0] = {},
): ManagedRegistration & { readonly post: (body: unknown, token?: string) => Promise<Answer> } {
  const managed = managedRegistration(options);
  return { ...managed, post: (body, token) => managed.send("POST", REGISTER, token, body) };
}

/** The code of the misuse that `make` is; `undefined` where it is none. */
export function misuseOf(make: () => unknown): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    return (error as Partial<MisuseError>).code ?? String(error);
  }
}
