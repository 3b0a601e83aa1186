import { failed, passed, skipped, warned, type Check, type Verdict } from "../check.js";
import { described, isSuccess, objectIn, type Answer } from "../http/answer.js";
import { shown } from "../shown-text.js";
import { rfc } from "../specification.js";
import { headerSafe } from "../target/registered-clients.js";
import type { Target } from "../target/target.js";
import { isLoopbackUrl } from "./loopback-url.js";

const TAKEOVER =
  "Anyone who knows a client_id reads the registration of the client, changes its redirect URIs or deletes it.";

/** Read, update and delete. They run in this order on one client, which the deletion ends. */
export const CLIENT_CONFIGURATION_CHECKS: readonly Check[] = [
  {
    id: "client-configuration.https",
    title: "registration_client_uri is an https URL of the server",
    section: rfc(7592, "3"),
    impact: "The registration access token crosses the network unencrypted, or goes to another server.",
    remedy: "Build the URL from the public URL of the server.",
    run: async (target) => {
      const { uri } = await target.managedClient();
      const { origin, protocol } = new URL(uri);
      const own = new URL(await target.registrationEndpoint()).origin;
      if (protocol !== "https:" && !isLoopbackUrl(uri)) return failed(shown(uri));
      return origin === own ? passed(shown(uri)) : warned(`${shown(uri)} has another origin`);
    },
  },
  {
    id: "client-configuration.read",
    title: "A client can read its registration",
    section: rfc(7592, "2.1"),
    impact: "A client cannot learn what the server changed, or whether it is still registered.",
    remedy: "Answer GET with 200 and the same client information as after registration.",
    run: async (target) => {
      const client = await target.managedClient();
      const answer = await client.ask("of a registration", "GET");
      if (answer.status !== 200) return failed(described(answer));
      const read = objectIn(answer);
      const differing = ["client_id", "redirect_uris"].filter(
        (name) => JSON.stringify(read[name]) !== JSON.stringify(client.metadata[name]),
      );
      if (differing.length > 0) return failed(`other values than at registration: ${differing.join(", ")}`);
      const missing = ["registration_client_uri", "registration_access_token"].filter(
        (name) => read[name] === undefined,
      );
      if (missing.length === 0) return passed("200, with the same values");
      return warned(`200, without ${missing.join(" and ")}, which RFC 7592 section 3 requires`, {
        impact: "Clients that store each answer unchanged lose access to their registration.",
        remedy:
          "Return both in each answer. A server that stores only a hash of the token can issue a new one, or leave it out on purpose.",
      });
    },
  },
  unauthorizedCheck("no-token", "without a token", null),
  unauthorizedCheck("wrong-token", "with a wrong token", "Bearer conformance-check-wrong-token"),
  {
    id: "client-configuration.update",
    title: "A client can update its registration",
    section: rfc(7592, "2.2"),
    impact: "Clients cannot change their name or redirect URIs, and register again instead.",
    remedy: "Answer PUT with 200 and the new client information.",
    run: async (target) => {
      const client = await target.managedClient();
      const name = `${String(target.plainBody()["client_name"])} updated`;
      const answer = await client.ask("with a new name", "PUT", {
        body: { ...client.metadata, client_name: name },
      });
      if (answer.status !== 200) return failed(described(answer));
      return objectIn(answer)["client_name"] === name
        ? passed("200, with the new name")
        : failed("200, with the old name");
    },
  },
  {
    id: "client-configuration.update-other-id",
    title: "An update that names another client_id is refused",
    section: rfc(7592, "2.2"),
    impact: "A client can take over the client_id of another one, or a mistake stays unnoticed.",
    remedy: "Compare client_id in the body with the client of the URL. Answer with 400.",
    run: async (target) => {
      const client = await target.managedClient();
      const body = { ...client.metadata, client_id: "conformance-check-other" };
      return isRefused(await client.ask("with another client_id", "PUT", { body }), [400, 401, 403]);
    },
  },
  {
    id: "client-configuration.update-redirect-uri",
    title: "An update cannot add a dangerous redirect URI",
    section: rfc(7592, "2.2"),
    impact:
      "An attacker registers a harmless client, then changes its redirect URI to javascript: or to an http URL of another host.",
    remedy: "Send each update through the same rules as a registration.",
    run: async (target) => {
      const client = await target.managedClient();
      const dangerous = "javascript:alert(1)";
      const body = { ...client.metadata, redirect_uris: [dangerous] };
      const answer = await client.ask("with javascript: as redirect URI", "PUT", { body });
      const uris = objectIn(answer)["redirect_uris"];
      if (isSuccess(answer) && Array.isArray(uris) && !uris.includes(dangerous))
        return passed("200, without it");
      return isRefused(answer, [400]);
    },
  },
  {
    id: "client-configuration.update-secret",
    title: "A client cannot choose its secret by an update",
    section: rfc(7592, "2.2"),
    impact: "The client has a weak secret, or one that it shares with many clients.",
    remedy: "Refuse a client_secret that is not the issued one, or ignore it.",
    run: async (target) => {
      const client = await target.managedClient();
      const chosen = "conformance-check-chosen-secret";
      const body = {
        ...client.metadata,
        token_endpoint_auth_method: "client_secret_basic",
        client_secret: chosen,
      };
      const answer = await client.ask("with a client_secret of its own", "PUT", { body });
      if (!isSuccess(answer)) return passed(described(answer));
      return objectIn(answer)["client_secret"] === chosen
        ? failed("the server registered this secret")
        : passed("200, without it");
    },
  },
  {
    id: "client-configuration.other-client",
    title: "A client's token gives no access to another client's registration",
    section: rfc(7592, "2.1"),
    impact: "Each registered client can read and change all others.",
    remedy: "Look the token up together with the client_id of the URL. Answer with 401 or 403.",
    run: async (target) => {
      const client = await target.managedClient();
      const body = target.plainBody({ token_endpoint_auth_method: "client_secret_basic" });
      const other = await target.probe("of another client", body, { keep: true });
      const token = other.client["registration_access_token"];
      if (typeof token !== "string") return skipped("the other client has no token");
      // Its token, and not the one that the next checks need: a server should revoke a token that is used so.
      const authorization = `Bearer ${headerSafe(token)}`;
      const answer = await client.ask("of another client's registration", "GET", { authorization });
      return isRefused(answer, [401, 403, 404]);
    },
  },
  {
    id: "client-configuration.delete",
    title: "A client can delete its registration",
    section: rfc(7592, "2.3"),
    impact: "Unused clients and their credentials stay forever.",
    remedy: "Answer DELETE with 204. If clients must not delete themselves, answer with 405.",
    run: async (target) => {
      const client = await target.managedClient();
      const answer = await client.ask("of a registration", "DELETE");
      if (isSuccess(answer)) target.clients.forget(client.metadata["client_id"]);
      if (answer.status === 204) return passed("204");
      if (answer.status === 405 || answer.status === 403)
        return warned(`${described(answer)}; the specification allows this`);
      return failed(described(answer));
    },
  },
  {
    id: "client-configuration.deleted",
    title: "The token of a deleted client is refused with 401",
    section: rfc(7592, "2.1"),
    impact:
      "Credentials of a deleted client still work, or clients do not learn that they must register again.",
    remedy: "Revoke the registration access token together with the client. Answer with 401.",
    run: async (target) => {
      const client = await target.managedClient();
      const isDeleted = target.client.answers.some(
        (answer) => answer.request === "DELETE of a registration" && isSuccess(answer),
      );
      if (!isDeleted) return skipped("the client could not be deleted");
      const answer = await client.ask("of a deleted client", "GET");
      if (answer.status === 401) return passed("401");
      return isSuccess(answer) || answer.status >= 500 || answer.status === 0
        ? failed(described(answer))
        : warned(described(answer));
    },
  },
];

function unauthorizedCheck(id: string, how: string, authorization: string | null): Check {
  return {
    id: `client-configuration.${id}`,
    title: `A request ${how} gets 401 and WWW-Authenticate`,
    section: rfc(7592, "2.1"),
    impact: TAKEOVER,
    remedy: "Answer with 401 and WWW-Authenticate: Bearer, before you look up the client.",
    run: async (target: Target) => {
      const client = await target.managedClient();
      const answer = await client.ask(`of a registration ${how}`, "GET", { authorization });
      if (answer.status === 401 && /^bearer/i.test(answer.headers.get("www-authenticate") ?? ""))
        return passed("401");
      if (isSuccess(answer) || answer.status >= 500 || answer.status === 0) return failed(described(answer));
      return warned(
        `${described(answer)}, WWW-Authenticate: ${shown(answer.headers.get("www-authenticate"))}`,
        {
          impact: "Clients cannot tell a wrong token from another mistake.",
        },
      );
    },
  };
}

function isRefused(answer: Answer, statuses: readonly number[]): Verdict {
  return statuses.includes(answer.status) ? passed(described(answer)) : failed(described(answer));
}
