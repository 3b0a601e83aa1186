import type { LedgerView, LedgerWarning } from "@oauth-dcr/core/consent";

const WARNINGS: Record<LedgerWarning, string> = {
  loopback: "The answer goes to a program on this machine. Go on only if you have just started it.",
  private_use_scheme: "The answer goes to whichever application on this machine has claimed that address.",
  look_alike_name: "It is called like an application you may know. Nothing shows that it is that one.",
  look_alike_host: "The answer goes to a host on the internet whose name reads like this machine.",
  other_host: "The answer goes to another host than the one the application is known by.",
  new_destination: "You have allowed this application before, with the answer going elsewhere.",
  scopes_widened: "You have allowed this application before, and it asks for more now.",
};

/** What the user says yes or no to. Nothing of the client's own is loaded, and all of it is escaped. */
export function consentPage(view: LedgerView, scopes: readonly string[], ticket: string): string {
  const name = view.members.find(({ member }) => member === "client_name");
  const called = typeof name?.value === "string" ? name.value : "An application without a name";
  const word = name?.isVerified ? "verified" : "its own word";
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Allow access?</title>
<h1>Send access to ${escaped(view.redirect.destination)}?</h1>
<p>${escaped(called)} (${word})${view.clientIdHost ? `, known by ${escaped(view.clientIdHost)},` : ""} asks for: ${escaped(scopes.join(", "))}</p>
${view.warnings.map((warning) => `<p role="alert">${WARNINGS[warning]}</p>`).join("\n")}
<form method="post" action="/consent">
<input type="hidden" name="ticket" value="${escaped(ticket)}">
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</form>
</html>
`;
}

/**
 * In place of a redirect to an application's own scheme that no user has asked for: whoever is sent here by a stranger's
 * link must not have an application started by it.
 */
export function returnPage(url: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>The request was refused</title>
<h1>The request was refused</h1>
<p><a href="${escaped(url)}">Go back to the application</a>, if you have just come from one.</p>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
