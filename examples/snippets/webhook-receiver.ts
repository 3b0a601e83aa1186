import { verifyWebhook } from "@oauth-dcr/core/webhooks";

declare const secrets: readonly string[];
/** Remembers a message in your database, and resolves with `false` where it was there already. */
declare function remember(id: string): Promise<boolean>;
declare function revokeTokensOf(clientId: string): Promise<void>;

export async function POST(request: Request): Promise<Response> {
  const webhook = { headers: request.headers, body: await request.text() };
  const verified = verifyWebhook(webhook, { secrets });
  if (!verified.ok) return new Response(verified.error, { status: 400 });
  const { id, payload } = verified.value;
  const { client_id: clientId } = payload.data;
  if ((await remember(id)) && payload.type === "client.disabled" && clientId !== undefined) {
    await revokeTokensOf(clientId);
  }
  return new Response(null, { status: 204 });
}
