import { packageBuild } from "../../tsup.config.js";

export default packageBuild([
  "src/index.ts",
  "src/administration/index.ts",
  "src/client-id-metadata-document/index.ts",
  "src/guarded-fetch/index.ts",
  "src/http/index.ts",
  "src/initial-access-token/index.ts",
  "src/jose.ts",
  "src/many-issuers/index.ts",
  "src/memory.ts",
  "src/open-banking/index.ts",
  "src/opentelemetry/index.ts",
  "src/policy/index.ts",
  "src/public-suffix-list.ts",
  "src/redirect-uri/index.ts",
  "src/stateless-registration/index.ts",
  "src/store/index.ts",
]);
