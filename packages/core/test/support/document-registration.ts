import type { ClientIdMetadataDocumentOptions } from "../../src/client-id-metadata-document/document-options.js";
import { clientIdMetadataDocuments } from "../../src/client-id-metadata-document/client-id-metadata-documents.js";
import { guardedFetch, type GuardedFetchOptions } from "../../src/guarded-fetch/guarded-fetch.js";
import type { ClientRegistrationOptions } from "../../src/configuration/options.js";
import { jsonDocument } from "./recording-connection.js";
import { managedRegistration, START, type ManagedRegistration } from "./managed-registration.js";

export const URL_OF_CLIENT = "https://app.example/oauth/client.json";

export const DOCUMENT = {
  client_id: URL_OF_CLIENT,
  client_name: "An app",
  redirect_uris: ["https://app.example/callback"],
  token_endpoint_auth_method: "none",
};

export interface DocumentRegistration extends ManagedRegistration {
  /** The URLs that were asked for. */
  readonly asked: string[];
  readonly find: (clientId?: string) => ReturnType<ManagedRegistration["registration"]["findClient"]>;
  readonly at: (seconds: number) => void;
}

/** A server whose documents come from `answer`. */
export function documentRegistration(
  answer: (url: string) => Response | Promise<Response> = () => jsonDocument(DOCUMENT),
  documents: Partial<ClientIdMetadataDocumentOptions> = {},
  {
    fetching = {},
    ...options
  }: Partial<ClientRegistrationOptions> & {
    fetching?: Partial<GuardedFetchOptions>;
  } = {},
): DocumentRegistration {
  const asked: string[] = [];
  const made = managedRegistration({
    clientIdMetadataDocuments: clientIdMetadataDocuments({
      guardedFetch: guardedFetch({
        connection: async ({ url }) => {
          asked.push(url.href);
          return answer(url.href);
        },
        ...fetching,
      }),
      ...documents,
    }),
    ...options,
  });
  return {
    ...made,
    asked,
    find: (clientId = URL_OF_CLIENT) => made.registration.findClient(clientId),
    at: (seconds) => void (made.time.now = START + seconds * 1000),
  };
}
