/** Stands for your own token store. */
export function revokeTokensOf(clientId: string): Promise<void> {
  console.log(`revoked the tokens of ${clientId}`);
  return Promise.resolve();
}

export function hasGrants(clientId: string): boolean {
  return clientId === "";
}
