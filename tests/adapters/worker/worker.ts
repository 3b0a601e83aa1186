import { toHonoHandler } from "@oauth-dcr/hono";
import { Hono } from "hono";
import type { GetConnInfo } from "hono/conninfo";
import { LIMIT, openServer } from "../support/open-server.js";

/** The address as Cloudflare tells it, which is not there where no Cloudflare is. */
const getConnInfo: GetConnInfo = (c) => {
  const address = c.req.header("cf-connecting-ip");
  return { remote: address === undefined ? {} : { address, addressType: undefined } };
};

const limited = openServer({ limit: LIMIT, registrationEndpoint: "https://as.example/limited/register" });
const proxied = openServer({ limit: 1, registrationEndpoint: "https://as.example/proxied/register" });

export default new Hono()
  .all("/limited/register", toHonoHandler(limited, { getConnInfo }))
  .all("/proxied/register", toHonoHandler(proxied, { getConnInfo, trustedProxies: 1 }))
  .all("*", toHonoHandler(openServer(), { getConnInfo }));
