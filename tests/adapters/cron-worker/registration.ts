import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { memoryStore } from "@oauth-dcr/core/memory";

const store = memoryStore();
let isAway = true;

/** Stands for the snippet's own server: one whose clients end after a second, and whose audit sink is away at first. */
export const registration = createClientRegistration({
  ...mcpPreset({ issuer: "https://as.example" }),
  access: openRegistration({ dangerouslyUnlimited: true }),
  lifecycle: { unusedTtlSeconds: 1, minimumAgeSeconds: 0 },
  store,
  audit: (event) => {
    const wasAway = isAway;
    isAway = false;
    if (wasAway) throw new Error("away");
    console.log(JSON.stringify(event));
  },
  onError: () => undefined,
});
