import { MisuseError } from "@oauth-dcr/core";
import { clientHref } from "../components/client-rows.js";
import { TIERS } from "../reading/client-filters.js";
import type { Handler, Visit } from "../reading/visit.js";

/** Where a form leads when it is done. */
function done(back: string, key: "done" | "failed", code: string): { readonly redirect: string } {
  return { redirect: `${back}${back.includes("?") ? "&" : "?"}${key}=${code}` };
}

const STATUS_VERBS = {
  approve: "approveClient",
  reject: "rejectClient",
  disable: "disableClient",
  enable: "enableClient",
} as const;

/** Approves, rejects, disables or enables the client that the operator looked at. */
export const changeStatus: Handler = async ({ tools, operator, form }) => {
  const id = form.get("id") ?? "";
  const back = form.get("back") === "approvals" ? "/approvals" : clientHref(id);
  const verb = form.get("verb") ?? "";
  if (!isStatusVerb(verb)) return done(back, "failed", "invalid");
  const reason = reasonOf(form);
  const version = versionOf(form);
  const isDone = await tools.registration[STATUS_VERBS[verb]](id, {
    operator: operator.name,
    ...(reason !== undefined && { reason }),
    ...(version !== undefined && { version }),
  });
  return isDone ? done(back, "done", verb) : done(back, "failed", "changed");
};

/** Sets the tier of a client, or takes it back. */
export const changeTier: Handler = async (visit) => {
  const given = visit.form.get("tier") ?? "";
  const tier = TIERS.find((name) => name === given);
  if (given !== "" && !tier) return done(clientHref(visit.form.get("id") ?? ""), "failed", "invalid");
  return administer(visit, { tier: tier ?? null }, "tier");
};

/** Sets the owner, tags and notes of a client. An empty field takes back what was said. */
export const changeAdministration: Handler = async (visit) => {
  const text = (name: string): string | null => {
    const value = (visit.form.get(name) ?? "").replaceAll("\r\n", "\n").trim();
    return value === "" ? null : value;
  };
  const tags = text("tags")?.split(/[\s,]+/) ?? null;
  const patch = { owner: text("owner"), notes: text("notes"), tags: tags && [...new Set(tags)] };
  return administer(visit, patch, "administration");
};

async function administer(
  { tools, operator, form }: Visit,
  patch: Parameters<Visit["tools"]["clients"]["administerClient"]>[1],
  code: string,
): ReturnType<Handler> {
  const id = form.get("id") ?? "";
  const version = versionOf(form);
  const options = { operator: operator.name, ...(version !== undefined && { version }) };
  try {
    const changed = await tools.clients.administerClient(id, patch, options);
    return changed ? done(clientHref(id), "done", code) : done(clientHref(id), "failed", "changed");
  } catch (error) {
    // A tag or a text that core does not take.
    if (error instanceof MisuseError) return done(clientHref(id), "failed", "invalid");
    throw error;
  }
}

/** Deletes the client that the operator looked at, its tokens first. */
export const removeClient: Handler = async ({ tools, operator, form }) => {
  const id = form.get("id") ?? "";
  const reason = reasonOf(form);
  const version = versionOf(form);
  if (version === undefined) return done(clientHref(id), "failed", "invalid");
  const isDone = await tools.clients.removeClient(id, {
    operator: operator.name,
    version,
    ...(reason !== undefined && { reason }),
  });
  return isDone ? done("/clients", "done", "delete") : done(clientHref(id), "failed", "changed");
};

/** Revokes an initial access token. */
export const revokeToken: Handler = async ({ tools, operator, form }) => {
  const isDone = await tools.registration.initialAccessTokens.revoke(form.get("id") ?? "", {
    operator: operator.name,
  });
  return isDone ? done("/tokens", "done", "revoke") : done("/tokens", "failed", "gone");
};

/** Begins to verify the audit log. */
export const verifyAudit: Handler = ({ tools }) => {
  tools.verification?.begin();
  return Promise.resolve(done("/audit", "done", "verify"));
};

function reasonOf(form: URLSearchParams): string | undefined {
  const reason = (form.get("reason") ?? "").trim().slice(0, 500);
  return reason === "" ? undefined : reason;
}

/** The version that the operator looked at. A document that nobody has used has none. */
function versionOf(form: URLSearchParams): number | undefined {
  const text = form.get("version") ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function isStatusVerb(text: string): text is keyof typeof STATUS_VERBS {
  return Object.hasOwn(STATUS_VERBS, text);
}
