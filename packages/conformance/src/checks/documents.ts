import { failed, passed, skipped, warned, type Check } from "../check.js";
import { shown } from "../shown-text.js";
import { CLIENT_ID_METADATA_DOCUMENT } from "../specification.js";
import type { Target } from "../target/target.js";

const MEMBER = "client_id_metadata_document_supported";

/** Client ID Metadata Documents, as far as they can be seen without hosting a document. */
export const DOCUMENT_CHECKS: readonly Check[] = [
  {
    id: "documents.advertised",
    title: `${MEMBER}, if it is there, is true or false`,
    section: CLIENT_ID_METADATA_DOCUMENT,
    impact:
      "Clients such as Claude Code test for true. With another value they register, and do not use their document.",
    remedy: `Publish "${MEMBER}": true, without quotation marks around the value.`,
    run: async (target) => {
      const value = await advertised(target);
      if (value === undefined) return skipped("the metadata does not have it; documents are optional");
      return typeof value === "boolean" ? passed(String(value)) : failed(shown(value));
    },
  },
  {
    id: "documents.methods",
    title: "A server that accepts documents allows clients without a shared secret",
    section: CLIENT_ID_METADATA_DOCUMENT,
    impact: "A client with a document has no secret. It finds no authentication method that it can use.",
    remedy: 'Publish "none" or "private_key_jwt" in token_endpoint_auth_methods_supported.',
    run: async (target) => {
      if ((await advertised(target)) !== true)
        return skipped("the server does not say that it accepts documents");
      const { metadata } = await target.discovery();
      const methods = metadata["token_endpoint_auth_methods_supported"];
      const isRight =
        Array.isArray(methods) && ["none", "private_key_jwt"].some((method) => methods.includes(method));
      return isRight
        ? passed(shown(methods))
        : warned(methods === undefined ? "it publishes no methods" : shown(methods));
    },
  },
];

async function advertised(target: Target): Promise<unknown> {
  const { metadata, found } = await target.discovery();
  return found.length === 0 ? undefined : metadata[MEMBER];
}
