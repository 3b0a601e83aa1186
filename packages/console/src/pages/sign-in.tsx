import { Button, TextField } from "../components/forms.js";
import type { Page } from "../components/layout.js";

/** Asks whoever came by a good link for their name. The link is used up by the form: what only looks at it does not spend it. */
export function signInPage(token: string, problem?: string): Page {
  return {
    title: "Sign in",
    status: problem === undefined ? 200 : 400,
    body: (
      <>
        {problem !== undefined && (
          <div class="notice bad" role="alert">
            {problem}
          </div>
        )}
        <form method="post" action="/sign-in" class="form">
          <input type="hidden" name="token" value={token} />
          <TextField
            label="Your name"
            name="name"
            most={200}
            hint="The audit log names you with each change."
            isRequired
          />
          <Button kind="primary">Sign in</Button>
        </form>
      </>
    ),
  };
}

/** For whoever has no session and no good link. */
export function signedOutPage(isProxied: boolean): Page {
  return {
    title: "Sign in",
    status: 403,
    body: isProxied ? (
      <p>
        The proxy in front of the console did not name an operator. Open the console by its public address.
      </p>
    ) : (
      <>
        <p>Open the sign-in link that the server printed when it started.</p>
        <p class="muted">
          A link works once, and for ten minutes. For a new one, send the signal <code>SIGUSR2</code> to the
          server, such as with <code>kill -USR2 PID</code>, and read what it prints.
        </p>
      </>
    ),
  };
}
