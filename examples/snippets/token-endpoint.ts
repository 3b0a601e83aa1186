import type { RegisteredClient } from "@oauth-dcr/core";
import { registration } from "./managed.js";

/** At the token endpoint, before anything else: which client is this? You read the form once, and need it again. */
export async function clientOf(
  request: Request,
  form: URLSearchParams,
): Promise<RegisteredClient | Response> {
  const authenticated = await registration.authenticateClient({
    authorization: request.headers.get("authorization"),
    parameters: form,
  });
  if (authenticated.ok) return authenticated.value;
  if (authenticated.error.kind === "unavailable") {
    return Response.json({ error: "temporarily_unavailable" }, { status: 503 });
  }
  return Response.json(
    { error: "invalid_client" },
    { status: 401, headers: { "www-authenticate": "Basic" } },
  );
}
