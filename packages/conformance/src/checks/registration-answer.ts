import { failed, passed, skipped, warned, type Check } from "../check.js";
import { described, saysJson } from "../http/answer.js";
import { shown } from "../shown-text.js";
import { rfc } from "../specification.js";

const ANSWER = rfc(7591, "3.2.1");

/** What the answer to an ordinary registration holds. */
export const REGISTRATION_ANSWER_CHECKS: readonly Check[] = [
  {
    id: "registration.json",
    title: "The answer is a JSON object with the content type application/json",
    section: ANSWER,
    impact: "Clients cannot read their client_id.",
    remedy: "Send the client information as one JSON object, with Content-Type: application/json.",
    run: async (target) => {
      const { answer } = await target.publicClient();
      const type = answer.headers.get("content-type");
      return saysJson(answer)
        ? passed(shown(type))
        : failed(`content type ${shown(type)}: ${described(answer)}`);
    },
  },
  {
    id: "registration.client-id",
    title: "The answer has a client_id",
    section: ANSWER,
    impact: "Clients cannot use the registration.",
    remedy: "Return client_id as a string of printable ASCII.",
    run: async (target) => {
      const { client } = await target.publicClient();
      const id = client["client_id"];
      const isRight = typeof id === "string" && /^[\x20-\x7e]{1,2048}$/.test(id);
      return isRight ? passed(shown(id)) : failed(`client_id is ${shown(id)}`);
    },
  },
  {
    id: "registration.echo",
    title: "The answer has all registered metadata",
    section: ANSWER,
    impact: "A client cannot see what the server changed, and uses values that the server does not know.",
    remedy: "Return every registered member, including those that the server replaced or filled in.",
    run: async (target) => {
      const { sent, client } = await target.publicClient();
      if (JSON.stringify(client["redirect_uris"]) !== JSON.stringify(sent["redirect_uris"])) {
        return failed(`redirect_uris is ${shown(client["redirect_uris"])}`);
      }
      const missing = Object.keys(sent).filter((name) => client[name] === undefined);
      return missing.length === 0
        ? passed("all sent members are there")
        : warned(`missing: ${missing.join(", ")}`);
    },
  },
  {
    id: "registration.secret-expiry",
    title: "client_secret_expires_at comes with each client_secret",
    section: ANSWER,
    impact: "Clients that check the answer refuse it, or use a secret that has expired.",
    remedy: "Return client_secret_expires_at with each secret: 0, or the time in seconds since 1970.",
    run: async (target) => {
      const { client } = await target.confidentialClient();
      const at = client["client_secret_expires_at"];
      if (at === undefined) return failed("there is no client_secret_expires_at");
      if (at === 0) return passed("0, which is never");
      return isFutureInSeconds(at) ? passed(shown(at)) : failed(`it is ${shown(at)}`);
    },
  },
  {
    id: "registration.public-client",
    title: "A client that asks for no authentication gets no secret",
    section: rfc(7591, "2"),
    impact: "The secret is in a desktop or browser application, where anyone can read it.",
    remedy:
      'Issue no client_secret for token_endpoint_auth_method "none", or return the method that was set instead.',
    run: async (target) => {
      const { client } = await target.publicClient();
      const method = client["token_endpoint_auth_method"];
      const hasSecret = client["client_secret"] !== undefined;
      if (!hasSecret) return passed(`no secret; the method is ${shown(method)}`);
      if (method === "none") return failed("client_secret was issued, with the method none");
      return warned(`client_secret was issued, and the method is ${shown(method)}`, {
        impact: "Public clients keep no secret. Those that ignore the changed method cannot get tokens.",
        remedy: 'Register public clients with the method "none", as they ask.',
      });
    },
  },
  {
    id: "registration.issued-at",
    title: "client_id_issued_at, if there is one, is in seconds",
    section: ANSWER,
    impact: "Clients read a date thousands of years in the future.",
    remedy: "Return seconds since 1970, as a whole number.",
    run: async (target) => {
      const { client } = await target.publicClient();
      const at = client["client_id_issued_at"];
      if (at === undefined) return skipped("there is none; it is optional");
      const isNow = Number.isInteger(at) && Math.abs(Number(at) - Date.now() / 1000) < 86_400;
      return isNow ? passed(shown(at)) : failed(`it is ${shown(at)}`);
    },
  },
  {
    id: "registration.matches-metadata",
    title: "Registered values are among those that the metadata publishes",
    section: rfc(8414, "2"),
    impact: "Clients that choose from the metadata and clients that ask at registration behave differently.",
    remedy: "Build the metadata and the rules of registration from one configuration.",
    run: async (target) => {
      const [{ metadata, found }, { client }] = [await target.discovery(), await target.publicClient()];
      if (found.length === 0) return skipped("there is no metadata");
      const pairs = [
        ["token_endpoint_auth_method", "token_endpoint_auth_methods_supported"],
        ["grant_types", "grant_types_supported"],
        ["response_types", "response_types_supported"],
      ] as const;
      const problems = pairs.flatMap(([member, list]) => {
        const supported = metadata[list];
        const values = [client[member]].flat().filter((value) => value !== undefined);
        if (!Array.isArray(supported)) return [];
        return values
          .filter((value) => !supported.includes(value))
          .map((value) => `${shown(value)} is not in ${list}`);
      });
      return problems.length === 0 ? passed("they agree") : warned(problems.join("; "));
    },
  },
  {
    id: "registration.management-pair",
    title: "registration_client_uri and registration_access_token come together",
    section: rfc(7592, "3"),
    impact: "A client cannot read, change or delete its registration.",
    remedy: "Return both, or neither where RFC 7592 is not supported.",
    run: async (target) => {
      const { client } = await target.publicClient();
      const members = ["registration_client_uri", "registration_access_token"];
      const there = members.filter((name) => client[name] !== undefined);
      if (there.length === 0) return skipped("neither is there; RFC 7592 is optional");
      return there.length === 2 ? passed("both are there") : failed(`only ${there.join()} is there`);
    },
  },
];

function isFutureInSeconds(value: unknown): boolean {
  const now = Date.now() / 1000;
  return Number.isInteger(value) && Number(value) > now - 60 && Number(value) < now + 100 * 366 * 86_400;
}
