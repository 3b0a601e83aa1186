import { failed, passed, skipped, warned, type Check, type Verdict } from "../check.js";
import { described, isSuccess, type Answer } from "../http/answer.js";
import { shown } from "../shown-text.js";
import { FETCH_CORS } from "../specification.js";
import { PAGE_ORIGIN } from "../target/discovery.js";

const WHO = "Clients that run in a browser, such as MCP Inspector, cannot";

/** What pages of other sites need. */
export const CORS_CHECKS: readonly Check[] = [
  {
    id: "cors.discovery",
    title: "Pages of other sites may read the metadata",
    section: FETCH_CORS,
    impact: `${WHO} find the server.`,
    remedy: "Send Access-Control-Allow-Origin: * with the metadata, which is public.",
    run: async (target) => {
      const [first] = (await target.discovery()).found;
      return first ? readable(first.answer) : skipped("there is no document");
    },
  },
  {
    id: "cors.preflight",
    title: "The CORS preflight for a registration succeeds",
    section: FETCH_CORS,
    impact: `${WHO} register.`,
    remedy:
      "Answer OPTIONS with 204, Access-Control-Allow-Origin: *, Access-Control-Allow-Methods: POST, and Access-Control-Allow-Headers: Content-Type, Authorization.",
    run: async (target) => {
      const wanted = [
        "content-type",
        ...(target.settings.initialAccessToken === undefined ? [] : ["authorization"]),
      ];
      const answer = await target.client.send({
        what: "as the preflight of a page",
        method: "OPTIONS",
        url: await target.registrationEndpoint(),
        headers: {
          origin: PAGE_ORIGIN,
          "access-control-request-method": "POST",
          "access-control-request-headers": wanted.join(","),
        },
      });
      if (!isSuccess(answer)) return warned(described(answer));
      const headers = namesIn(answer, "access-control-allow-headers");
      const missing = wanted.filter(
        (name) => !headers.includes(name) && (name === "authorization" || !headers.includes("*")),
      );
      // POST needs no permission by name: it is a method that every page may use.
      return missing.length > 0
        ? warned(`Access-Control-Allow-Headers lacks ${missing.join(", ")}`)
        : readable(answer);
    },
  },
  {
    id: "cors.answer",
    title: "Pages of other sites may read the answer to a registration",
    section: FETCH_CORS,
    impact: `${WHO} read their client_id. The server has registered the client, and each attempt registers another one.`,
    remedy:
      "Send Access-Control-Allow-Origin: * with every answer of the registration endpoint, including refusals.",
    run: async (target) => {
      const { answer } = await target.probe("from a page", target.plainBody(), {
        headers: { origin: PAGE_ORIGIN },
      });
      return isSuccess(answer) ? readable(answer) : warned(described(answer));
    },
  },
  {
    id: "cors.credentials",
    title: "No page may use the visitor's cookies at the registration endpoint",
    section: FETCH_CORS,
    impact:
      "If registration needs a session, any page that the user visits registers clients in the user's name.",
    remedy:
      "Never send Access-Control-Allow-Credentials: true with an origin that you copied from the request.",
    run: async (target) => {
      await target.registrationEndpoint();
      const odd = target.client.answers.find(
        ({ headers }) =>
          headers.get("access-control-allow-credentials") === "true" &&
          headers.get("access-control-allow-origin") === PAGE_ORIGIN,
      );
      return odd
        ? failed(`${odd.request}: credentials are allowed to ${PAGE_ORIGIN}`)
        : passed(`${target.client.answers.length} answers looked at`);
    },
  },
];

function readable({ headers }: Answer): Verdict {
  const origin = headers.get("access-control-allow-origin");
  const said = `Access-Control-Allow-Origin: ${shown(origin)}`;
  return origin === "*" || origin === PAGE_ORIGIN ? passed(said) : warned(said);
}

function namesIn({ headers }: Answer, name: string): readonly string[] {
  return (headers.get(name) ?? "")
    .toLowerCase()
    .split(",")
    .map((one) => one.trim());
}
