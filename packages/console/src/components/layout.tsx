import { html } from "hono/html";
import type { Child } from "hono/jsx";
import type { Operator } from "../security/operator.js";
import { PostForm } from "./forms.js";

/** A page without what is around it. */
export interface Page {
  readonly title: string;
  readonly body: Child;
  /** Default 200. */
  readonly status?: 200 | 400 | 403 | 404 | 409 | 413 | 421 | 503;
  /** Scripts of `assets/`. Default: none. */
  readonly scripts?: readonly string[];
}

const PLACES = [
  ["/", "Overview"],
  ["/clients", "Clients"],
  ["/approvals", "Approvals"],
  ["/tokens", "Tokens"],
  ["/audit", "Audit"],
  ["/playground", "Playground"],
] as const;

interface LayoutProps {
  readonly page: Page;
  readonly path: string;
  readonly issuer: string;
  readonly operator?: Operator | undefined;
  readonly held?: number | undefined;
}

/** A page as HTML. */
export function drawn(props: LayoutProps) {
  return html`<!doctype html>${(<Layout {...props} />)}`;
}

/** What surrounds each page. Without an operator there is nothing to go to. */
function Layout(props: LayoutProps) {
  const { page, path, issuer, operator, held = 0 } = props;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${page.title} · oauth-dcr`}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/console.css" />
        {page.scripts?.map((script) => (
          <script src={`/assets/${script}`} defer></script>
        ))}
      </head>
      <body class={operator ? "with-places" : "alone"}>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        {operator && (
          <header class="side">
            <p class="brand">
              <img src="/assets/icon.svg" width="22" height="22" alt="" />
              <span>
                oauth-dcr <small>{new URL(issuer).host}</small>
              </span>
            </p>
            <nav aria-label="Console">
              <ul>
                {PLACES.map(([href, name]) => (
                  <li>
                    <a href={href} {...(placeOf(path) === href && { "aria-current": "page" as const })}>
                      {name}
                      {href === "/approvals" && held > 0 && (
                        <span class="count">
                          {held.toLocaleString("en")}
                          <span class="visually-hidden"> awaiting approval</span>
                        </span>
                      )}
                    </a>
                  </li>
                ))}
              </ul>
            </nav>
            <div class="who">
              <span class="who-name">{operator.name}</span>
              {operator.hasSession && (
                <PostForm action="/sign-out" token={operator.formToken} class="inline">
                  <button type="submit" class="link">
                    Sign out
                  </button>
                </PostForm>
              )}
            </div>
          </header>
        )}
        <main id="main" tabindex={-1}>
          <h1>{page.title}</h1>
          {page.body}
        </main>
      </body>
    </html>
  );
}

/** Under which of the places a path is. */
function placeOf(path: string): string {
  if (path === "/") return path;
  const first = `/${path.split("/")[1] ?? ""}`;
  return ["/client", "/purge"].includes(first) ? "/clients" : first;
}
