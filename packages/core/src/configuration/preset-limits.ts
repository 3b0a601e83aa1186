/** What every preset allows strangers to store. */
export const PRESET_LIMITS = Object.freeze({
  lifecycle: Object.freeze({ unusedTtlSeconds: 86_400 }),
  quotas: Object.freeze({ perAddress: 100, perInitialAccessToken: 100 }),
  /** A client with three RSA keys and a software statement has about 8,000. */
  maxBodyBytes: 16_384,
});
