import { packageBuild } from "../../tsup.config.js";

export default packageBuild([
  "src/index.ts",
  "src/memory.ts",
  "src/redirect-uri/index.ts",
  "src/jose.ts",
  "src/opentelemetry/index.ts",
]);
