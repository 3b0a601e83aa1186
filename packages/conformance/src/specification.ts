import type { Section } from "./report.js";

/** A section of an RFC. */
export function rfc(number: number, section: string): Section {
  return {
    name: `RFC ${number} section ${section}`,
    url: `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}`,
  };
}

/** The part on authorization of the Model Context Protocol. */
export const MCP_AUTHORIZATION: Section = {
  name: "Model Context Protocol 2025-11-25, Authorization",
  url: "https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization",
};

/** The protocol that browsers ask a server by. */
export const FETCH_CORS: Section = {
  name: "Fetch Standard, CORS protocol",
  url: "https://fetch.spec.whatwg.org/#http-cors-protocol",
};

/** Client ID Metadata Documents. */
export const CLIENT_ID_METADATA_DOCUMENT: Section = {
  name: "draft-ietf-oauth-client-id-metadata-document",
  url: "https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document/",
};
