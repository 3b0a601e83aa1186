import { registration } from "./managed.js";

/** At the token endpoint, before anything else: which client is this? */
export async function clientOf(request: Request): Promise<string | Response> {
  const authenticated = await registration.authenticateClient({
    authorization: request.headers.get("authorization"),
    parameters: new URLSearchParams(await request.text()),
  });
  if (authenticated.ok) return authenticated.value.clientId;
  const isDown = authenticated.error.kind === "unavailable";
  return Response.json(
    { error: isDown ? "temporarily_unavailable" : "invalid_client" },
    { status: isDown ? 503 : 401 },
  );
}
