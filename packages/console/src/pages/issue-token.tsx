import { Button, PostForm, TextField } from "../components/forms.js";
import { Notice } from "../components/notice.js";
import type { Handler, Visit } from "../reading/visit.js";

const DAY = 86_400;
const TEXTS = ["label", "owner"] as const;
const LISTS = [
  ["scopes", "Scopes"],
  ["redirectHosts", "Hosts of redirect URIs"],
  ["softwareIds", "Software identifiers"],
  ["grantTypes", "Grant types"],
] as const;

/** The form for a new token. */
export const issueToken: Handler = (visit) => Promise.resolve(formPage(visit, []));

/** Issues a token, and shows it only once. */
export const issuedToken: Handler = async (visit) => {
  const { tools, operator, form } = visit;
  const { options, problems } = optionsOf(form);
  if (problems.length > 0) return formPage(visit, problems);
  let issued: Awaited<ReturnType<typeof tools.registration.initialAccessTokens.issue>>;
  try {
    issued = await tools.registration.initialAccessTokens.issue({ ...options, operator: operator.name });
  } catch (error) {
    // Core throws this error for a value that it refuses, and another one if the store is unavailable.
    if (!(error instanceof TypeError) || !("code" in error)) throw error;
    return formPage(visit, [error.message]);
  }
  return {
    title: "A new token",
    body: (
      <>
        <Notice kind="good">The token is issued. Copy it now: it is not shown again.</Notice>
        <pre class="code secret" tabindex={0} aria-label="The token">
          {issued.token}
        </pre>
        <p>
          A client sends it as <code>Authorization: Bearer …</code> when it registers.
        </p>
        <p>
          <a href="/tokens">See all tokens</a>
        </p>
      </>
    ),
  };
};

function formPage({ operator, form }: Visit, problems: readonly string[]) {
  const value = (name: string, otherwise = ""): string => form.get(name) ?? otherwise;
  return {
    title: "Issue a token",
    status: problems.length > 0 ? (400 as const) : (200 as const),
    body: (
      <>
        {problems.length > 0 && <Notice kind="bad">The token was not issued. {problems.join(" ")}</Notice>}
        <PostForm action="/tokens/issue" token={operator.formToken} class="form card">
          <TextField
            label="Label"
            name="label"
            most={200}
            value={value("label")}
            hint="A note for operators."
          />
          <TextField
            label="Owner"
            name="owner"
            most={200}
            value={value("owner")}
            hint="Who is responsible for the clients of the token."
          />
          <TextField
            label="Uses"
            name="uses"
            most={9}
            value={value("uses", "1")}
            hint="How many clients may register with it."
            isRequired
          />
          <TextField
            label="Days until it expires"
            name="days"
            most={5}
            value={value("days", "7")}
            isRequired
          />
          {LISTS.map(([name, label]) => (
            <TextField
              label={label}
              name={name}
              most={4000}
              value={value(name)}
              hint="Separated by spaces. Empty: any."
            />
          ))}
          <Button kind="primary">Issue</Button>
        </PostForm>
      </>
    ),
  };
}

function optionsOf(form: URLSearchParams) {
  const problems: string[] = [];
  const count = (name: string, most: number, label: string): number => {
    const text = form.get(name) ?? "";
    const number = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : NaN;
    if (!(number <= most))
      problems.push(`${label}: give a whole number from 1 to ${most.toLocaleString("en")}.`);
    return number;
  };
  const uses = count("uses", 1_000_000, "Uses");
  const days = count("days", 3650, "Days");
  const texts: Record<string, string> = {};
  for (const name of TEXTS) {
    const text = form.get(name)?.trim() ?? "";
    if (text.length > 200) problems.push(`${name}: give at most 200 characters.`);
    if (text !== "") texts[name] = text;
  }
  const lists: Record<string, readonly string[]> = {};
  for (const [name] of LISTS) {
    const list = (form.get(name) ?? "").split(/\s+/).filter((word) => word !== "");
    if (list.length > 0) lists[name] = list;
  }
  return { problems, options: { uses, expiresInSeconds: days * DAY, ...texts, ...lists } };
}
