import type { Page } from "../components/layout.js";

/** Pages for what cannot be answered. */
export const PROBLEMS = {
  foreign_host: {
    title: "Another address",
    status: 421,
    body: (
      <p>The console does not answer under this host name. Open it by the address that the server printed.</p>
    ),
  },
  foreign_origin: {
    title: "Not from the console",
    status: 403,
    body: <p>Nothing was done: the form did not come from a page of the console.</p>,
  },
  stale_form: {
    title: "The form is too old",
    status: 403,
    body: (
      <p>
        Nothing was done: the form was made for another session. <a href="/">Open the console again</a>, and
        repeat it.
      </p>
    ),
  },
  bad_form: {
    title: "Not a form",
    status: 413,
    body: <p>Nothing was done: the console takes forms of at most 256 kB.</p>,
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
        The database cannot be reached, or something else is broken. The server’s error stream says what. Try
        again.
      </p>
    ),
  },
} as const satisfies Readonly<Record<string, Page>>;
