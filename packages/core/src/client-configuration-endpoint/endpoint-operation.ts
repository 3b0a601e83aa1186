/** What can be asked of the two endpoints: by which method, and which event records that it was done. */
export const ENDPOINT_OPERATIONS = {
  register: { method: "POST", event: "client_registered" },
  read: { method: "GET", event: "client_read" },
  update: { method: "PUT", event: "client_updated" },
  delete: { method: "DELETE", event: "client_deleted" },
} as const;

/** What a client may do with its own record. */
export type ManagementOperation = Exclude<keyof typeof ENDPOINT_OPERATIONS, "register">;

export const MANAGEMENT_OPERATIONS: readonly ManagementOperation[] = ["read", "update", "delete"];

/** What a request asks for. */
export type EndpointOperation =
  | { readonly name: "register" }
  /** The identifier is the URL's: there may be no such client. */
  | { readonly name: ManagementOperation; readonly clientId: string };
