import { Hono, type Context } from "hono";
import { ASSETS } from "./assets.js";
import { drawn, type Page } from "./components/layout.js";
import { checkOptions, type ConsoleOptions } from "./options.js";
import { PROBLEMS } from "./pages/problem.js";
import { signedOutPage, signInPage } from "./pages/sign-in.js";
import { activityReader } from "./reading/activity.js";
import { verificationOf } from "./reading/verification.js";
import type { Handler, Tools } from "./reading/visit.js";
import { PAGES, VERBS } from "./routes.js";
import { checkRequest } from "./security/check-request.js";
import { SESSION_SECONDS, sessionCookie } from "./security/cookie.js";
import { expiringSecrets } from "./security/expiring-secrets.js";
import { readForm } from "./security/form-body.js";
import { HEADERS } from "./security/headers.js";
import type { Operator } from "./security/operator.js";
import { proxyOperators } from "./security/proxy-operator.js";
import { randomText } from "./security/random.js";

/** The operator's console. */
export interface Console {
  /** Answers a request of an operator's browser. Never rejects. */
  readonly fetch: (request: Request) => Promise<Response>;
  /**
   * Makes a link that signs one operator in. It works once, within ten minutes. At most five links are valid at a time. Returns
   * `undefined` if a proxy signs operators in.
   */
  readonly signInLink: () => string | undefined;
}

/**
 * Creates the operator's console: pages that show clients, tokens and audit events, and change clients and tokens. Serve it on a
 * loopback address or behind a proxy that authenticates operators. Every operator who is signed in can do everything.
 *
 * @example
 * ```ts
 * import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
 * import { clientAdministration } from "@oauth-dcr/core/administration";
 * import { memoryRateLimiter, memoryStore } from "@oauth-dcr/core/memory";
 * import { createConsole } from "@oauth-dcr/console";
 *
 * const options = {
 *   ...mcpPreset({ issuer: "https://as.example" }),
 *   access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 20, windowSeconds: 3600 }) }),
 *   store: memoryStore(),
 *   audit: console.log,
 * };
 * const operators = createConsole({
 *   origin: "http://127.0.0.1:8788",
 *   registration: createClientRegistration(options),
 *   clients: clientAdministration(options, { revokeTokens: () => undefined }),
 * });
 * console.log(operators.signInLink());
 * ```
 * @throws MisuseError for a missing or invalid option
 */
export function createConsole(options: ConsoleOptions): Console {
  checkOptions(options);
  const { origin, registration, auditLog, proxy, onSession, onError = console.error } = options;
  const { clock = Date.now } = options;
  const { issuer } = registration.authorizationServerMetadata;
  const now = (): number => Math.floor(clock() / 1000);
  const tools: Tools = {
    ...options,
    now,
    ...(auditLog && {
      activity: activityReader(auditLog, clock),
      verification: verificationOf(auditLog, now, onError),
    }),
  };
  const links = expiringSecrets<true>(clock, { most: 5, seconds: 600 });
  const sessions = expiringSecrets<Operator>(clock, {
    most: 32,
    seconds: SESSION_SECONDS,
    idleSeconds: 3600,
  });
  const cookie = sessionCookie(origin);
  const proxied = proxy && proxyOperators(proxy);
  const operatorOf = (request: Request): Operator | undefined =>
    proxied ? proxied(request) : sessions.find(cookie.read(request) ?? "");

  async function held(): Promise<number> {
    return (await registration.countClients()).awaiting_approval;
  }

  async function show(c: Context, page: Page, operator?: Operator): Promise<Response> {
    const isWorking = operator !== undefined && page !== PROBLEMS.failed;
    const around = { page, path: c.req.path, issuer, operator, held: isWorking ? await held() : 0 };
    return c.html(drawn(around), page.status ?? 200);
  }

  const answer =
    (handler: Handler, isForm: boolean) =>
    async (c: Context): Promise<Response> => {
      const operator = operatorOf(c.req.raw);
      if (!operator) return show(c, signedOutPage(proxied !== undefined));
      const form = isForm ? await readForm(c.req.raw) : new URLSearchParams();
      if (!form) return show(c, PROBLEMS.bad_form, operator);
      if (isForm && form.get("form_token") !== operator.formToken)
        return show(c, PROBLEMS.stale_form, operator);
      const query = new URL(c.req.url).searchParams;
      const answered = await handler({ tools, operator, query, form });
      return "redirect" in answered ? c.redirect(answered.redirect, 303) : show(c, answered, operator);
    };

  async function signIn(c: Context): Promise<Response> {
    const form = await readForm(c.req.raw);
    const token = form?.get("token") ?? "";
    const name = (form?.get("name") ?? "").trim();
    if (proxied || links.find(token) !== true) return show(c, signedOutPage(proxied !== undefined));
    if (!/^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u.test(name)) {
      return show(c, signInPage(token, "Enter your name: 1 to 200 visible characters."));
    }
    if (!links.end(token)) return show(c, signedOutPage(false));
    const session = sessions.make({ name, formToken: randomText(), hasSession: true });
    onSession?.("signed_in", name);
    c.header("set-cookie", cookie.set(session));
    return c.redirect("/", 303);
  }

  const app = new Hono();
  app.use(async (c, next) => {
    const problem = checkRequest(c.req.raw, origin);
    if (problem) return show(c, PROBLEMS[problem]);
    await next();
    return undefined;
  });
  app.get("/assets/:name", (c) => {
    const asset = Object.hasOwn(ASSETS, c.req.param("name")) ? ASSETS[c.req.param("name")] : undefined;
    return asset ? c.body(asset.text, 200, { "content-type": asset.type }) : show(c, PROBLEMS.not_found);
  });
  app.get("/sign-in", (c) => {
    const token = c.req.query("token") ?? "";
    const isGood = !proxied && links.find(token) === true;
    return show(c, isGood ? signInPage(token) : signedOutPage(proxied !== undefined));
  });
  app.post("/sign-in", signIn);
  app.post("/sign-out", async (c) => {
    const signedOut: Handler = ({ operator }) => {
      if (sessions.end(cookie.read(c.req.raw) ?? "")) onSession?.("signed_out", operator.name);
      c.header("set-cookie", cookie.clear());
      return Promise.resolve({ redirect: "/sign-in" });
    };
    return answer(signedOut, true)(c);
  });
  for (const [path, handler] of Object.entries(PAGES)) app.get(path, answer(handler, false));
  for (const [path, handler] of Object.entries(VERBS)) app.post(path, answer(handler, true));
  app.notFound(async (c) => show(c, PROBLEMS.not_found, operatorOf(c.req.raw)));
  app.onError(async (error, c) => {
    onError(error);
    return show(c, PROBLEMS.failed, operatorOf(c.req.raw));
  });

  return Object.freeze<Console>({
    async fetch(request) {
      const response = await app.fetch(request);
      for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
      return response;
    },
    signInLink: () => (proxied ? undefined : `${origin}/sign-in?token=${links.make(true)}`),
  });
}
