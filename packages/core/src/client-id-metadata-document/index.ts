export { clientIdMetadataDocuments, type ClientIdMetadataDocuments } from "./client-id-metadata-documents.js";
export type { ClientIdMetadataDocumentOptions } from "./document-options.js";
export type { DocumentAdmissionRule } from "./admission-rules.js";
