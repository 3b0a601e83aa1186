import { Button, TextField } from "../components/forms.js";
import type { Page } from "../components/layout.js";

/** Asks an operator with a valid link for a name. Only the form uses up the link: a request that only opens it does not. */
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
            hint="The audit log records this name with each change."
            isRequired
          />
          <Button kind="primary">Sign in</Button>
        </form>
      </>
    ),
  };
}

/** The page for a browser without a session and without a valid link. */
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
          A link works once, within ten minutes. To get a new one, send the signal <code>SIGUSR2</code> to the
          server: <code>kill -USR2 PID</code>. The server then prints a new link.
        </p>
      </>
    ),
  };
}
