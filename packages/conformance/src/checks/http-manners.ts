import { failed, passed, warned, type Check, type Verdict } from "../check.js";
import { described, isSuccess, type Answer } from "../http/answer.js";
import { shown } from "../shown-text.js";
import { rfc } from "../specification.js";
import type { Target } from "../target/target.js";

/** What HTTP asks of the registration endpoint. */
export const HTTP_MANNERS_CHECKS: readonly Check[] = [
  methodCheck("GET"),
  methodCheck("PUT"),
  typeCheck("text-plain", "text/plain", (target) => JSON.stringify(target.plainBody())),
  typeCheck(
    "form",
    "application/x-www-form-urlencoded",
    () => "redirect_uris=https%3A%2F%2Fclient.example%2Fcallback",
  ),
  {
    id: "http.no-server-error",
    title: "No request is answered with a server error, or left without an answer",
    section: rfc(9110, "15.6"),
    impact:
      "Any caller can trigger alarms with such a body. An unhandled error may end the process, or leave an incomplete client in the database.",
    remedy: "Check the body before you use it. Answer with 400, and log what the client sent.",
    run: (target) => {
      const odd = target.client.answers.filter(
        ({ status }) => status === 0 || (status >= 500 && status !== 503),
      );
      if (odd.length === 0) return passed(`${target.client.answers.length} answers looked at`);
      const said = odd.slice(0, 5).map((answer) => `${answer.request}: ${described(answer)}`);
      return failed(said.join("; ") + (odd.length > 5 ? `; and ${odd.length - 5} more` : ""));
    },
  },
];

function methodCheck(method: string): Check {
  return {
    id: `http.method-${method.toLowerCase()}`,
    title: `${method} at the registration endpoint gets 405 with Allow`,
    section: rfc(9110, "15.5.6"),
    impact: "A developer who uses the wrong method is not told which one is right.",
    remedy: "Answer with 405 and Allow: POST.",
    run: async (target) => {
      const url = await target.registrationEndpoint();
      const answer = await target.client.send({
        what: "at the registration endpoint",
        method,
        url,
        ...(method === "PUT" && { headers: { "content-type": "application/json" }, body: "{}" }),
      });
      const allow = answer.headers.get("allow");
      if (answer.status === 405 && /\bpost\b/i.test(allow ?? ""))
        return passed(`405, Allow: ${shown(allow)}`);
      if (answer.status === 405) return warned(`405, Allow: ${shown(allow)}`);
      return isOdd(answer) ? failed(described(answer)) : warned(described(answer));
    },
  };
}

function typeCheck(id: string, type: string, text: (target: Target) => string): Check {
  return {
    id: `http.type-${id}`,
    title: `A body with the content type ${type} is refused`,
    section: rfc(7591, "3.1"),
    impact:
      "Browsers send this type to other sites without a preflight. Any web page can register clients from the address of its visitor, or from inside a private network.",
    remedy: "Answer with 415 unless the content type is application/json.",
    run: async (target) => {
      const headers = { "content-type": type };
      const { answer } = await target.probe(
        `with the content type ${type}`,
        {},
        { text: text(target), headers },
      );
      if (isSuccess(answer)) return warned("a client was registered");
      return isRefusal(answer);
    },
  };
}

function isRefusal(answer: Answer): Verdict {
  if (answer.status === 415 || answer.status === 400) return passed(described(answer));
  return isOdd(answer) ? failed(described(answer)) : warned(described(answer));
}

function isOdd({ status }: Answer): boolean {
  return status === 0 || status >= 500 || (status >= 200 && status < 300);
}
