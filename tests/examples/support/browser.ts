/** As much of a browser as a login needs: it keeps cookies, follows redirects within one origin, and sends forms. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  /** Opens a page of `url`'s origin. A redirect to another origin is not followed. */
  async open(url: string | URL, form?: URLSearchParams): Promise<Response> {
    const { origin } = new URL(url);
    let next: string | URL = url;
    let body = form;
    for (let hops = 0; hops < 10; hops += 1) {
      const response: Response = await fetch(next, {
        redirect: "manual",
        headers: { cookie: [...this.#cookies].map((pair) => pair.join("=")).join("; ") },
        ...(body && { method: "POST", body }),
      });
      for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
      const location = response.headers.get("location");
      if (location === null || new URL(location, next).origin !== origin) return response;
      await response.body?.cancel();
      next = new URL(location, next);
      body = undefined;
    }
    throw new Error("too many redirects");
  }

  /** Opens `url`, presses the button of that value on each page, and answers where the browser is sent in the end. */
  async decide(url: string | URL, decision: "allow" | "deny" = "allow"): Promise<URL> {
    let at = String(url);
    let response = await this.open(at);
    for (let pages = 0; pages < 5; pages += 1) {
      const location = response.headers.get("location");
      if (location !== null) return new URL(location);
      const html = await response.text();
      const action = /<form[^>]* action="([^"]+)"/.exec(html)?.[1];
      if (action === undefined) throw new Error(`${response.status} without a form: ${html}`);
      const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
      const form = new URLSearchParams(hidden.map(([, name = "", value = ""]) => [name, value]));
      form.set("decision", decision);
      at = new URL(action, at).href;
      response = await this.open(at, form);
    }
    throw new Error("too many pages");
  }

  #keep(cookie: string): void {
    const [pair = ""] = cookie.split(";");
    const equals = pair.indexOf("=");
    const name = pair.slice(0, equals);
    if (equals + 1 === pair.length) this.#cookies.delete(name);
    else this.#cookies.set(name, pair.slice(equals + 1));
  }
}
