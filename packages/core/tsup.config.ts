import { packageBuild } from "../../tsup.config.js";

export default packageBuild([
  "src/index.ts",
  "src/memory.ts",
  "src/redirect-uri.ts",
  "src/jose.ts",
  "src/opentelemetry.ts",
]);
