import { failed, passed, skipped, warned, type Check, type Verdict } from "../check.js";
import { described, objectIn, saysJson } from "../http/answer.js";
import { shown } from "../shown-text.js";
import { MCP_AUTHORIZATION, rfc } from "../specification.js";
import type { WellKnownForm } from "../target/discovery.js";
import type { Target } from "../target/target.js";
import { malformedMembers } from "./metadata-members.js";
import { isLoopbackUrl } from "./loopback-url.js";

export const DISCOVERY_CHECKS: readonly Check[] = [
  {
    id: "discovery.document",
    title: "At least one well-known URL returns the metadata as JSON",
    section: rfc(8414, "3"),
    impact: "Clients cannot find the registration endpoint, and cannot register.",
    remedy:
      "Serve the metadata at /.well-known/oauth-authorization-server, followed by the path of the issuer.",
    run: async (target) => {
      const { all, found } = await target.discovery();
      const said = all.map(({ url, answer }) => `${new URL(url).pathname}: ${answer.status}`).join("; ");
      if (found.length > 0) return passed(said);
      const [first] = all;
      return failed(first ? `${said}. The first answer was ${described(first.answer)}` : said);
    },
  },
  wellKnownCheck(
    "oauth",
    "discovery.oauth",
    "Clients that know RFC 8414 alone do not find the server.",
    8414,
  ),
  wellKnownCheck(
    "openid-inserted",
    "discovery.openid-inserted",
    "MCP clients that look for OpenID metadata at this URL do not find the server.",
  ),
  wellKnownCheck(
    "openid-appended",
    "discovery.openid-appended",
    "OpenID Connect clients look at this URL, and do not find the server.",
  ),
  {
    id: "discovery.content-type",
    title: "The metadata has the content type application/json",
    section: rfc(8414, "3.2"),
    impact: "Clients that check the content type refuse the metadata.",
    remedy: "Send Content-Type: application/json.",
    run: (target) =>
      ofEach(target, ({ answer, url }) =>
        saysJson(answer) ? undefined : `${url}: ${shown(answer.headers.get("content-type"))}`,
      ),
  },
  {
    id: "discovery.issuer",
    title: "The issuer in the metadata is the issuer that the well-known URL was made from",
    section: rfc(8414, "3.3"),
    impact:
      "Clients must refuse metadata of another issuer. Without this rule, one server could speak for another one.",
    remedy: "Publish as issuer the exact URL that protected resources name as authorization server.",
    run: async (target) => {
      const { url } = target.settings;
      const issuers = new Set((await documents(target)).map(({ answer }) => objectIn(answer)["issuer"]));
      const others = [...issuers].filter((issuer) => issuer !== url);
      if (others.length === 0) return passed(`issuer is ${shown(url)}`);
      const said = `issuer is ${others.map((issuer) => shown(issuer)).join(" and ")}, and not ${shown(url)}`;
      const isSlash = others.every(
        (issuer) => typeof issuer === "string" && issuer.replace(/\/$/, "") === url.replace(/\/$/, ""),
      );
      if (!isSlash) return failed(said);
      return warned(said, {
        impact:
          "Clients compare issuers as strings. Clients that are configured with the other form stop here.",
        remedy: "Use the published form everywhere, with or without the slash at its end. Check that form.",
      });
    },
  },
  {
    id: "discovery.consistent",
    title: "All well-known URLs return the same endpoints",
    section: rfc(8414, "3"),
    impact: "Two clients of the same server see different endpoints, depending on which URL they ask first.",
    remedy: "Build all documents from one object.",
    run: async (target) => {
      const all = await documents(target);
      if (all.length < 2) return skipped("only one well-known URL has a document");
      const members = ["issuer", "authorization_endpoint", "token_endpoint", "registration_endpoint"];
      const differing = members.filter(
        (member) => new Set(all.map(({ answer }) => JSON.stringify(objectIn(answer)[member]))).size > 1,
      );
      return differing.length === 0 ? passed("they agree") : failed(`they differ in ${differing.join(", ")}`);
    },
  },
  {
    id: "discovery.registration-endpoint",
    title: "The metadata names a registration endpoint",
    section: rfc(8414, "2"),
    impact: "Clients that register dynamically cannot use this server.",
    remedy: "Add registration_endpoint to the metadata, as an absolute URL.",
    run: async (target) => {
      const all = await documents(target);
      const without = all.filter(({ answer }) => {
        const endpoint = objectIn(answer)["registration_endpoint"];
        return typeof endpoint !== "string" || !URL.canParse(endpoint);
      });
      if (without.length === 0) return passed("registration_endpoint is there");
      const [first] = without;
      const value = first ? objectIn(first.answer)["registration_endpoint"] : undefined;
      return failed(value === undefined ? "there is no registration_endpoint" : `it is ${shown(value)}`);
    },
  },
  {
    id: "discovery.https",
    title: "The issuer and all endpoints use https",
    section: rfc(8414, "2"),
    impact:
      "An attacker on the network reads authorization codes, tokens and secrets, or replaces the metadata.",
    remedy: "Serve everything by https, and publish https URLs. Behind a proxy, set the public URL.",
    run: async (target) => {
      const [first] = await documents(target);
      const members = Object.entries(first ? objectIn(first.answer) : {});
      const named = members.filter(
        ([name]) => name === "issuer" || name.endsWith("_endpoint") || name === "jwks_uri",
      );
      const plain = named.filter(([, value]) => typeof value === "string" && !value.startsWith("https:"));
      if (plain.length === 0) return passed("all use https");
      const names = plain.map(([name]) => shown(name, 40)).join(", ");
      const isLocal = plain.every(([, value]) => isLoopbackUrl(value));
      return isLocal
        ? passed(`without https, on loopback alone: ${names}`)
        : failed(`without https: ${names}`);
    },
  },
  {
    id: "discovery.members",
    title: "The members of the metadata have the types that the specification gives them",
    section: rfc(8414, "2"),
    impact: "Clients that check the metadata refuse it as a whole.",
    remedy: "Correct the members that are named.",
    run: (target) =>
      ofEach(target, ({ answer }) => {
        const problems = malformedMembers(objectIn(answer));
        return problems.length === 0 ? undefined : problems.join("; ");
      }),
  },
  {
    id: "discovery.pkce",
    title: "The metadata says that PKCE with S256 is supported",
    section: MCP_AUTHORIZATION,
    impact: "MCP clients must refuse to go on when code_challenge_methods_supported is absent.",
    remedy: 'Publish "code_challenge_methods_supported": ["S256"].',
    run: async (target) => {
      const [first] = await documents(target);
      const methods = first ? objectIn(first.answer)["code_challenge_methods_supported"] : undefined;
      if (Array.isArray(methods) && methods.includes("S256")) return passed("S256 is among them");
      return warned(methods === undefined ? "there is no code_challenge_methods_supported" : shown(methods));
    },
  },
];

function wellKnownCheck(form: WellKnownForm, id: string, impact: string, number?: number): Check {
  const isNeeded = number !== undefined;
  return {
    id,
    title: isNeeded
      ? "The metadata is at /.well-known/oauth-authorization-server, followed by the path of the issuer"
      : `The OpenID metadata, if there is any, is also found with the path ${form === "openid-inserted" ? "inserted" : "appended"}`,
    section: isNeeded ? rfc(number, "3.1") : rfc(8414, "5"),
    impact,
    remedy: "Serve the same document at this URL too.",
    run: async (target) => {
      const { all, found } = await target.discovery();
      const asked = all.find((one) => one.form === form);
      if (!asked) return skipped("the issuer has no path: both forms are one URL");
      if (found.includes(asked)) return passed(`${asked.url} has a document`);
      const said = `${asked.url}: ${described(asked.answer)}`;
      if (asked.answer.status >= 500) return failed(said);
      if (isNeeded) return warned(said);
      const hasOther = found.some((one) => one.form !== "oauth");
      return hasOther ? warned(said) : skipped("the server publishes no OpenID metadata");
    },
  };
}

type Found = Awaited<ReturnType<typeof documents>>[number];

async function documents(target: Target) {
  const { found } = await target.discovery();
  return found;
}

/** One verdict for all documents, by what is wrong with each. */
async function ofEach(target: Target, problemOf: (document: Found) => string | undefined): Promise<Verdict> {
  const found = await documents(target);
  if (found.length === 0) return skipped("there is no document");
  const problems = new Set(found.map(problemOf).filter((problem) => problem !== undefined));
  return problems.size === 0
    ? passed(`${found.length} documents looked at`)
    : failed([...problems].join("; "));
}
