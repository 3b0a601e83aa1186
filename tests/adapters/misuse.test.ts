import { MisuseError } from "@oauth-dcr/core";
import { toHonoHandler } from "@oauth-dcr/hono";
import { toRouteHandlers } from "@oauth-dcr/next";
import { pinnedConnection, scheduleSweep, toNodeHandler } from "@oauth-dcr/node";
import { describe, expect, it } from "vitest";
import { openServer } from "./support/open-server.js";

type Factory = (registration: never, options?: never) => unknown;

const ADAPTERS: readonly (readonly [string, Factory])[] = [
  ["toNodeHandler", toNodeHandler],
  ["toHonoHandler", toHonoHandler as Factory],
  ["toRouteHandlers", toRouteHandlers],
];

describe.each(ADAPTERS)("%s", (name, adapter) => {
  it.each([undefined, null, {}])("is not built from %j", (registration) => {
    const call = () => adapter(registration as never);
    expect(call).toThrow(MisuseError);
    expect(call).toThrow(`${name}: give it what createClientRegistration() returned`);
  });

  it("refuses a misspelt option, and suggests the right one", () => {
    const call = () => adapter(openServer() as never, { trustedProxy: 1 } as never);
    expect(call).toThrow(MisuseError);
    expect(call).toThrow(`${name}: there is no option trustedProxy; did you mean trustedProxies?`);
  });
});

it("pinnedConnection and scheduleSweep refuse misspelt options", () => {
  expect(() => pinnedConnection({ resolv: () => [] } as never)).toThrow("did you mean resolve?");
  const options = { everySeconds: 60, limits: 1 } as never;
  expect(() => scheduleSweep(openServer(), options)).toThrow("did you mean limit?");
});
