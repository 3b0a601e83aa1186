import type { HttpTarget } from "@oauth-dcr/contract-tests";
import { expect } from "vitest";

/** For an endpoint behind one trusted proxy, with one registration for each address. */
export async function countsByProxiedAddress(target: HttpTarget, path: string): Promise<void> {
  const statusFor = async (forwardedFor: string): Promise<number> => {
    const { status } = await target.fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-forwarded-for": forwardedFor },
      body: JSON.stringify({ redirect_uris: ["https://app.example/callback"] }),
    });
    return status;
  };
  expect(await statusFor("203.0.113.1")).toBe(201);
  expect(await statusFor("198.51.100.1, 203.0.113.1")).toBe(429);
  expect(await statusFor("203.0.113.2")).toBe(201);
  expect(await statusFor("203.0.113.1, 203.0.113.3")).toBe(201);
}
