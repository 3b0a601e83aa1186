import { failed, passed, warned, type Check } from "../check.js";
import { described, isSuccess } from "../http/answer.js";
import { REAL_CLIENTS, type RealClient } from "../real-client-bodies.js";
import { shown } from "../shown-text.js";
import { rfc } from "../specification.js";

/**
 * What real clients send. Each body gets a name of its own: a server that gives one client to equal bodies would else
 * hand out the client of real users, which the clean-up then deletes.
 */
export const REAL_CLIENT_CHECKS: readonly Check[] = REAL_CLIENTS.map(realClientCheck);

function realClientCheck({ client: name, evidence, body }: RealClient): Check {
  return {
    id: `real-clients.${slug(name)}`,
    title: `${name} can register`,
    section: rfc(7591, "3.1"),
    impact: `${name} cannot connect. The specification lets a server refuse clients, so this may be intended.`,
    remedy: `Accept the body that it sends (${evidence}): ${JSON.stringify(body)}`,
    run: async (target) => {
      const sent = {
        ...body,
        client_name: `${String(body["client_name"])} ${String(target.plainBody()["client_name"])}`,
      };
      const { answer, client } = await target.probe(`of ${name}`, sent);
      if (answer.status === 0 || answer.status >= 500) return failed(described(answer));
      if (!isSuccess(answer)) return warned(described(answer));
      const uris = client["redirect_uris"];
      const missing = [body["redirect_uris"]]
        .flat()
        .filter((uri) => !Array.isArray(uris) || !uris.includes(uri));
      if (missing.length > 0) {
        return warned(`registered, without ${missing.map((uri) => shown(uri)).join(" and ")}`, {
          impact: `${name} sends its users to a redirect URI that was not registered. They see an error page.`,
          remedy: "Register all its redirect URIs, or refuse the registration with invalid_redirect_uri.",
        });
      }
      const method = client["token_endpoint_auth_method"] ?? "client_secret_basic";
      if (method === body["token_endpoint_auth_method"])
        return passed(`registered, with the method ${shown(method)}`);
      return warned(`registered, with the method ${shown(method)}`, {
        impact: `${name} asked for ${shown(body["token_endpoint_auth_method"])}. If it ignores the change, it gets no token.`,
        remedy: "Register the method that the client asks for, or refuse the registration.",
      });
    },
  };
}

function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/-$/, "");
}
