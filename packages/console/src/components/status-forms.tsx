import type { RegisteredClient } from "@oauth-dcr/core/store";
import { Button, PostForm, TextField } from "./forms.js";

/** What can be done to the status of a client now. */
const VERBS = {
  awaiting_approval: [
    ["approve", "Approve", "primary"],
    ["reject", "Reject", "danger"],
  ],
  pending: [["disable", "Disable", "danger"]],
  active: [["disable", "Disable", "danger"]],
  disabled: [["enable", "Enable", "primary"]],
} as const;

/** One form with a reason, and a button for each verb. */
export function StatusForm(props: {
  readonly client: RegisteredClient;
  readonly token: string;
  readonly back: "client" | "approvals";
  readonly within: string;
}) {
  const { client, token, back, within } = props;
  const { clientId: id, version } = client;
  return (
    <PostForm action="/client/status" token={token} hidden={{ id, version, back }}>
      <TextField label="Reason, for the audit log" name="reason" most={500} within={within} />
      <div class="buttons">
        {VERBS[client.status].map(([verb, words, kind]) => (
          <Button kind={kind} name="verb" value={verb}>
            {words}
          </Button>
        ))}
      </div>
    </PostForm>
  );
}
