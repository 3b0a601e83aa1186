/** What a client may do with its own record. */
export type ManagementOperation = "read" | "update" | "delete";

/** What a request asks for. */
export type EndpointOperation =
  | { readonly name: "register" }
  /** The identifier is the URL's: there may be no such client. */
  | { readonly name: ManagementOperation; readonly clientId: string };
