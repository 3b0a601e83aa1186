import type { Page } from "../components/layout.js";

/** Pages for requests that the console cannot answer. */
export const PROBLEMS = {
  foreign_host: {
    title: "Wrong address",
    status: 421,
    body: <p>The console does not answer for this host name. Open the address that the server printed.</p>,
  },
  foreign_origin: {
    title: "Not from the console",
    status: 403,
    body: <p>Nothing was done: the form did not come from a page of the console.</p>,
  },
  stale_form: {
    title: "The form is no longer valid",
    status: 403,
    body: (
      <p>
        Nothing was done: the form belongs to another session. <a href="/">Open the console again</a>, and
        repeat the change.
      </p>
    ),
  },
  bad_form: {
    title: "Invalid form",
    status: 413,
    body: <p>Nothing was done: the console accepts only forms, of at most 256 kB.</p>,
  },
  not_found: {
    title: "No such page",
    status: 404,
    body: (
      <p>
        There is nothing here. <a href="/">Go to the overview</a>
      </p>
    ),
  },
  failed: {
    title: "Not available",
    status: 503,
    body: (
      <p>
        The database cannot be reached, or the server has another problem. Read the standard error of the
        server, then try again.
      </p>
    ),
  },
} as const satisfies Readonly<Record<string, Page>>;
