import type { InspectedClient } from "@oauth-dcr/core/administration";
import { TIERS } from "../reading/client-filters.js";
import { words } from "./badges.js";
import { Button, PostForm, SelectField, TextArea, TextField } from "./forms.js";
import { StatusForm } from "./status-forms.js";
import { Card } from "./table.js";

/** What an operator can do to a client. */
export function ClientActions({
  inspected,
  token,
}: {
  readonly inspected: InspectedClient;
  readonly token: string;
}) {
  const { client } = inspected;
  const { clientId: id, version, administration = {} } = client;
  const { owner, tags = [], notes, tier } = administration;
  return (
    <div class="columns">
      <Card title="Status">
        <StatusForm client={client} token={token} back="client" within="status" />
      </Card>
      <Card title="Promote or demote">
        <PostForm action="/client/tier" token={token} hidden={{ id, version }}>
          <SelectField
            label="Tier"
            name="tier"
            value={tier}
            hint="If you set no tier, the template and the verified domains of the client decide."
            options={[["", "not set"], ...TIERS.map((name) => [name, words(name)] as const)]}
          />
          <Button kind="primary">Set the tier</Button>
        </PostForm>
      </Card>
      <Card title="Tags, notes and owner">
        <PostForm action="/client/administration" token={token} hidden={{ id, version }}>
          <TextField label="Owner" name="owner" most={200} value={owner} />
          <TextField label="Tags, separated by spaces" name="tags" most={1400} value={tags.join(" ")} />
          <TextArea label="Notes" name="notes" rows={3} most={2000} value={notes} />
          <Button kind="primary">Save</Button>
        </PostForm>
      </Card>
      <Card title="Delete">
        <p>The server revokes the tokens of the client and deletes its record. This cannot be undone.</p>
        <p>
          <a class="button danger" href={`/client/delete?id=${encodeURIComponent(id)}`}>
            Delete this client …
          </a>
        </p>
      </Card>
    </div>
  );
}
