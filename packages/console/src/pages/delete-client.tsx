import { Button, PostForm, TextField } from "../components/forms.js";
import { ClientName } from "../components/client-rows.js";
import { Told } from "../components/told.js";
import type { Handler } from "../reading/visit.js";
import { unknownClient } from "./unknown-client.js";

/** Asks once more before a client is deleted. */
export const deleteClient: Handler = async ({ tools, operator, query }) => {
  const id = query.get("id") ?? "";
  const inspected = id === "" ? undefined : await tools.clients.inspectClient(id, { limit: 1 });
  if (!inspected) return unknownClient(id, operator, tools);
  const { client } = inspected;
  return {
    title: "Delete a client",
    body: (
      <div class="confirm">
        <p class="client-title">
          <ClientName metadata={client.metadata} most={120} />
        </p>
        <p class="client-id">
          <Told text={id} most={300} />
        </p>
        <p>
          The client is disabled, its tokens are revoked, and its record is deleted.{" "}
          <strong>This cannot be undone.</strong>
        </p>
        {client.origin.source === "metadata_document" && (
          <p>
            The client has a metadata document: its next request registers it again. To block it, disable it
            instead.
          </p>
        )}
        <PostForm action="/client/delete" token={operator.formToken} hidden={{ id, version: client.version }}>
          <TextField label="Reason, for the audit log" name="reason" most={500} />
          <div class="buttons">
            <Button kind="danger">Delete permanently</Button>
            <a class="button plain" href={`/client?id=${encodeURIComponent(id)}`}>
              Keep it
            </a>
          </div>
        </PostForm>
      </div>
    ),
  };
};
