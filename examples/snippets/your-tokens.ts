/** Stands for your own token store. */
export function revokeTokensOf(clientId: string, userId = "every user"): Promise<void> {
  console.log(`revoked the tokens of ${clientId} for ${userId}`);
  return Promise.resolve();
}

export function hasGrants(clientId: string): boolean {
  return clientId === "";
}
