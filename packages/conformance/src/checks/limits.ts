import { failed, passed, skipped, warned, type Check, type Verdict } from "../check.js";
import { described, isSuccess, retryAfter, type Answer } from "../http/answer.js";
import { shown } from "../shown-text.js";
import { rfc } from "../specification.js";
import { CALLBACK } from "../target/target.js";

const ABUSE = rfc(7591, "5");
const FILLS = "Anyone can fill the database, and slow down every page that shows clients.";

/** Limits of one registration and of many. One body is 1 MiB long, all others are below 64 KiB. */
export const LIMIT_CHECKS: readonly Check[] = [
  {
    id: "limits.redirect-uris",
    title: "A client with 1,000 redirect URIs is refused",
    section: ABUSE,
    impact: FILLS,
    remedy: "Limit the number of redirect URIs of one client, to 20 for example.",
    run: async (target) => {
      const uris = Array.from({ length: 1_000 }, (_, i) => `${CALLBACK}/${i}`);
      const { answer } = await target.probe(
        "with 1,000 redirect URIs",
        target.plainBody({ redirect_uris: uris }),
      );
      return refused(answer);
    },
  },
  {
    id: "limits.name",
    title: "A client_name of 32,000 characters is refused or cut",
    section: ABUSE,
    impact: `${FILLS} On a consent page, a long name pushes the warning and the buttons out of sight.`,
    remedy: "Limit the length of client_name, to 200 characters for example.",
    run: async (target) => {
      const name = "x".repeat(32_000);
      const { answer, client } = await target.probe(
        "with a long client_name",
        target.plainBody({ client_name: name }),
      );
      return isSuccess(answer) && client["client_name"] !== name
        ? passed("registered, without the name")
        : refused(answer);
    },
  },
  {
    id: "limits.depth",
    title: "A body that is nested 5,000 levels deep is refused",
    section: ABUSE,
    impact:
      "Code that walks through the body by recursion runs out of stack. The request, or the process, ends.",
    remedy: "Limit the depth of the body, or read known members alone.",
    run: async (target) => {
      const deep = `${"[".repeat(5_000)}${"]".repeat(5_000)}`;
      const text = JSON.stringify(target.plainBody()).replace(/\}$/, `,"conformance_check":${deep}}`);
      const { answer } = await target.probe("with 5,000 levels", {}, { text });
      return isSuccess(answer) ? passed("registered, without harm") : refused(answer);
    },
  },
  {
    id: "limits.body",
    title: "A body of 1 MiB is refused with 413",
    section: rfc(9110, "15.5.14"),
    impact: "A few clients with long bodies use up the memory of the server.",
    remedy: "Stop reading after 64 KiB or so. Answer with 413.",
    run: async (target) => {
      const text = JSON.stringify(target.plainBody({ conformance_check: "x".repeat(1024 * 1024) }));
      const { answer } = await target.probe("with 1 MiB", {}, { text });
      if (answer.status === 413) return passed("413");
      // A server may close the connection while it is written to: then no answer arrives, and the limit has worked.
      if (answer.status === 0) return warned(`${described(answer)}; the connection may have been closed`);
      return isSuccess(answer) ? warned("registered") : refused(answer);
    },
  },
  {
    id: "limits.rate",
    title: "Open registration is limited",
    section: ABUSE,
    impact: `${FILLS} A quota for all clients together then locks every new client out.`,
    remedy:
      "Limit registrations for each address, and the total number of unused clients. Delete unused clients.",
    run: async (target) => {
      await target.publicClient();
      if (target.settings.initialAccessToken !== undefined)
        return skipped("an initial access token was used");
      const { answers } = target.client;
      const sign = answers.find(
        ({ status, headers }) =>
          status === 429 || [...headers.keys()].some((name) => /^(?:x-)?ratelimit(?:-|$)/.test(name)),
      );
      if (sign)
        return passed(
          `${sign.request}: ${sign.status === 429 ? "429" : "the answer has rate limit headers"}`,
        );
      const count = answers.filter(({ request }) => request.startsWith("POST ")).length;
      return warned(`no sign of a limit in ${count} requests; a higher limit cannot be seen without a flood`);
    },
  },
  {
    id: "limits.retry-after",
    title: "An answer with 429 says when to retry",
    section: rfc(6585, "4"),
    impact: "Clients try again at once, or never.",
    remedy: "Send Retry-After with 429, in seconds.",
    run: (target) => {
      const limited = target.client.answers.filter(({ status }) => status === 429);
      if (limited.length === 0) return skipped("no request was answered with 429");
      const odd = limited.find((answer) => retryAfter(answer, Date.now()) === undefined);
      return odd
        ? warned(`Retry-After: ${shown(odd.headers.get("retry-after"))}`)
        : passed("it has Retry-After");
    },
  },
];

function refused(answer: Answer): Verdict {
  if (isSuccess(answer)) return warned("registered");
  return answer.status === 0 || answer.status >= 500 ? failed(described(answer)) : passed(described(answer));
}
