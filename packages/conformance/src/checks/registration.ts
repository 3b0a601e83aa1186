import { failed, passed, skipped, warned, type Check } from "../check.js";
import { described, isSuccess } from "../http/answer.js";
import { shown } from "../shown-text.js";
import { Skip } from "../skip.js";
import { rfc } from "../specification.js";

/** Which registrations are accepted, and what a client gets. */
export const REGISTRATION_CHECKS: readonly Check[] = [
  {
    id: "registration.accepted",
    title: "An ordinary client is registered with 201 Created",
    section: rfc(7591, "3.2.1"),
    impact:
      "Clients that register dynamically cannot use this server. Strict clients accept only status 201.",
    remedy: "Accept a public client with one https redirect URI and the code flow. Answer with 201.",
    run: async (target) => {
      const { answer } = await target.first();
      if (answer.status === 201) return passed("201");
      if (answer.status === 401 || answer.status === 403) await target.publicClient();
      return failed(described(answer));
    },
  },
  {
    id: "registration.challenge",
    title: "A registration without a valid token gets 401 and WWW-Authenticate, where a token is needed",
    section: rfc(6750, "3"),
    impact: "The developer of a client cannot see that an initial access token is missing or expired.",
    remedy: 'Answer with 401 and WWW-Authenticate: Bearer, with error="invalid_token" for a wrong token.',
    run: async (target) => {
      const { settings } = target;
      if (settings.initialAccessToken === undefined) {
        const { answer } = await target.first();
        if (isSuccess(answer)) return skipped("registration is open");
        if (answer.status !== 401 && answer.status !== 403) return skipped(described(answer));
        const challenge = answer.headers.get("www-authenticate");
        return answer.status === 401 && challenge !== null
          ? passed(`401, ${shown(challenge)}`)
          : failed(`${described(answer)}, WWW-Authenticate: ${shown(challenge)}`);
      }
      await target.publicClient();
      const wrong = { headers: { authorization: "Bearer conformance-check-wrong-token" } };
      const { answer } = await target.register(
        "with a wrong initial access token",
        target.plainBody(),
        wrong,
      );
      if (isSuccess(answer)) {
        return warned("a wrong initial access token was accepted", {
          impact: "The token protects nothing, although clients may be told that they need one.",
          remedy: "Refuse wrong tokens, or publish that registration is open.",
        });
      }
      const challenge = answer.headers.get("www-authenticate");
      const isRight = answer.status === 401 && /^bearer/i.test(challenge ?? "");
      const said = `${described(answer)}, WWW-Authenticate: ${shown(challenge)}`;
      return isRight ? passed(said) : failed(said);
    },
  },
  {
    id: "registration.defaults",
    title: "A client that omits optional metadata is registered, and the answer has the defaults",
    section: rfc(7591, "2"),
    impact: "Small clients rely on the defaults. Without them in the answer, they guess how to authenticate.",
    remedy: "Fill in token_endpoint_auth_method, grant_types and response_types, and return them.",
    run: async (target) => {
      const { client_name: name, redirect_uris: uris } = target.plainBody();
      const { answer, client } = await target.probe("with redirect_uris and client_name alone", {
        client_name: name,
        redirect_uris: uris,
      });
      if (!isSuccess(answer)) return warned(described(answer));
      const members = ["token_endpoint_auth_method", "grant_types", "response_types"];
      const missing = members.filter((member) => client[member] === undefined);
      return missing.length === 0
        ? passed("all defaults are there")
        : warned(`missing: ${missing.join(", ")}`);
    },
  },
  {
    id: "registration.unknown-members",
    title: "Unknown members are ignored",
    section: rfc(7591, "2"),
    impact: "Clients that send members of newer specifications cannot register.",
    remedy: "Ignore members that the server does not understand.",
    run: async (target) => {
      const unknown = { conformance_check_unknown: { a: [1] }, "client_name#de": "Pruefung" };
      const { answer } = await target.probe("with unknown members", target.plainBody(unknown));
      return isSuccess(answer) ? passed("registered") : failed(described(answer));
    },
  },
  {
    id: "registration.chosen-identity",
    title: "A client cannot choose its client_id, its secret or its privileges",
    section: rfc(7591, "3.1"),
    impact:
      "An attacker who registers takes over the identity of another client, or becomes a trusted client that needs no consent.",
    remedy:
      "Read only the members of the specifications from the body. Generate client_id and client_secret on the server.",
    run: async (target) => {
      const chosen = {
        client_id: "conformance-check-chosen",
        client_secret: "conformance-check-chosen-secret",
        registration_access_token: "conformance-check-chosen-token",
      };
      const privileges = { skip_consent: true, skipConsent: true, trusted: true, is_trusted: true };
      const body = target.plainBody({ ...chosen, ...privileges });
      const { answer, client } = await target.probe("with a client_id and secret of its own", body);
      if (!isSuccess(answer)) return passed(described(answer));
      const taken = Object.entries({ ...chosen, ...privileges }).filter(
        ([name, value]) => client[name] === value,
      );
      if (taken.length === 0) return passed("registered, without these values");
      const said = `the answer has ${taken.map(([name]) => name).join(", ")} as the client sent it`;
      const isPrivilege = taken.every(([name]) => name in privileges);
      return isPrivilege
        ? warned(`${said}; whether the server acts on it cannot be seen from outside`)
        : failed(said);
    },
  },
  {
    id: "registration.scope",
    title: "A client gets no scope beyond those that it asked for",
    section: rfc(7591, "2"),
    impact:
      "A client may ask users for more than its developer intended. An attacker who steals its credentials gets more power.",
    remedy: "Register the requested scopes that the server supports. Return them to the client.",
    run: async (target) => {
      const { metadata } = await target.discovery();
      const supported = metadata["scopes_supported"];
      const asked: unknown = Array.isArray(supported) ? supported[0] : "openid";
      if (typeof asked !== "string" || asked === "")
        throw new Skip("scopes_supported has no scope to ask for");
      const { answer, client } = await target.probe("with one scope", target.plainBody({ scope: asked }));
      if (!isSuccess(answer))
        return warned(`a client that asks for ${shown(asked)} alone: ${described(answer)}`);
      const granted = client["scope"];
      if (granted === undefined) return passed("the answer names no scope");
      const more =
        typeof granted === "string"
          ? granted.split(" ").filter((one) => one !== "" && one !== asked)
          : [granted];
      return more.length === 0
        ? passed(shown(granted))
        : warned(`asked for ${shown(asked)}, got ${shown(granted)}`);
    },
  },
];
