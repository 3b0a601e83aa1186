import { FILTERS, SOURCES, STATUSES, TIERS, type Filters } from "../reading/client-filters.js";
import { statusWords, words } from "./badges.js";
import { Button, SelectField, TextField } from "./forms.js";
import { Notice } from "./notice.js";

/** A search for clients. All fields are in the URL, so that a search can be bookmarked. */
export function ClientFilterForm(props: {
  readonly action: string;
  readonly filters: Filters;
  readonly verb: string;
}) {
  const { action, filters, verb } = props;
  const { given, problems } = filters;
  const isAny = FILTERS.some((name) => !["text", "status"].includes(name) && given[name] !== undefined);
  const any = ["", "any"] as const;
  return (
    <>
      {problems.length > 0 && (
        <Notice kind="bad">Invalid value: {problems.join(", ")}. Change it and search again.</Notice>
      )}
      <form method="get" action={action} class="filters" role="search">
        <TextField label="Name begins with" name="text" value={given["text"]} />
        <SelectField
          label="Status"
          name="status"
          value={given["status"]}
          options={[any, ...STATUSES.map((status) => [status, statusWords(status)] as const)]}
        />
        <details class="more" {...(isAny && { open: true })}>
          <summary>More filters</summary>
          <div class="filters">
            <SelectField
              label="Source"
              name="source"
              value={given["source"]}
              options={[any, ...SOURCES.map((source) => [source, words(source)] as const)]}
            />
            <SelectField
              label="Tier"
              name="tier"
              value={given["tier"]}
              options={[any, ...TIERS.map((tier) => [tier, words(tier)] as const)]}
            />
            <TextField label="Owner" name="owner" value={given["owner"]} />
            <TextField label="Tag" name="tag" value={given["tag"]} />
            <TextField
              label="Host"
              name="host"
              value={given["host"]}
              hint="The host of an https redirect URI or of a metadata document."
            />
            <TextField label="Last used before" name="used_before" type="date" value={given["used_before"]} />
            <TextField
              label="Domain checked before"
              name="checked_before"
              type="date"
              value={given["checked_before"]}
            />
          </div>
        </details>
        <div class="buttons">
          <Button kind="primary">{verb}</Button>
          <a class="button plain" href={action}>
            Clear
          </a>
        </div>
      </form>
    </>
  );
}
