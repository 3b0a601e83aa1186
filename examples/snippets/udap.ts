import { readFileSync } from "node:fs";
import { openRegistration, requireSoftwareStatement } from "@oauth-dcr/core";
import { memoryRateLimiter, memoryReplayStore } from "@oauth-dcr/core/memory";
import { udapSoftwareStatements } from "@oauth-dcr/core/udap";

/** Options of `createClientRegistration` that let the members of a community register, and nobody else. */
export const community = {
  access: requireSoftwareStatement(
    openRegistration({ rateLimiter: memoryRateLimiter({ limit: 100, windowSeconds: 60 }) }),
  ),
  softwareStatements: udapSoftwareStatements({
    trustAnchors: [readFileSync("community.pem", "utf8")],
    audience: "https://as.example/register",
    replay: memoryReplayStore(),
  }),
};
