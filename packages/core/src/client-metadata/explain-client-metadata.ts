import { isJsonObject } from "../lib/json.js";
import { assessClientMetadata, type Assessment, type ClientMetadataRules } from "./assess-client-metadata.js";
import { Findings } from "./finding.js";

/** Assesses what may be no JSON object. */
export function explainClientMetadata(metadata: unknown, rules: ClientMetadataRules): Assessment {
  if (isJsonObject(metadata)) return assessClientMetadata(metadata, rules);
  const findings = new Findings();
  findings.error("(body)", "metadata.object");
  return { findings: findings.all };
}
