import { Button, PostForm, TextField } from "../components/forms.js";
import type { Page } from "../components/layout.js";
import { Told } from "../components/told.js";
import type { Tools } from "../reading/visit.js";
import type { Operator } from "../security/operator.js";

/** The page for an unknown client. The URL of a metadata document can be disabled before its first use. */
export function unknownClient(id: string, operator: Operator, { registration }: Tools): Page {
  const { client_id_metadata_document_supported: takesDocuments } = registration.authorizationServerMetadata;
  return {
    title: "No such client",
    status: 404,
    body: (
      <>
        <p>
          There is no client with the identifier <Told text={id} most={300} />. It may have been deleted, or
          it has expired.
        </p>
        {takesDocuments === true && id.startsWith("https://") && (
          <PostForm
            action="/client/status"
            token={operator.formToken}
            hidden={{ id, back: "client", verb: "disable" }}
          >
            <p>The server accepts metadata documents. You can disable this URL before a client uses it.</p>
            <TextField label="Reason, for the audit log" name="reason" most={500} />
            <Button kind="danger">Disable this URL</Button>
          </PostForm>
        )}
        <p>
          <a href="/clients">Search the clients</a>
        </p>
      </>
    ),
  };
}
