import type { MisuseError } from "../../src/lib/misuse.js";
import { managedDesk, type Answer, type ManagedDesk } from "../client-configuration-endpoint/managed-desk.js";

export const REGISTER = "https://as.example/register";
export const CALLBACK = "https://app.example/callback";

/** A desk like others, and the short way to its registration endpoint, also for what will be refused. */
export function registrationDesk(
  options: Parameters<typeof managedDesk>[0] = {},
): ManagedDesk & { readonly post: (body: unknown, token?: string) => Promise<Answer> } {
  const managed = managedDesk(options);
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
