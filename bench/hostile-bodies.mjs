// Bodies of at most 64 KiB, each made to cost a server as much as it can.
import { list } from "./timed.mjs";

const GOOD = { redirect_uris: ["https://app.example/callback"], token_endpoint_auth_method: "none" };
/** Objects in one another, each of `width` members. */
const nested = (depth, width) =>
  depth === 0 ? "leaf" : Object.fromEntries(list(width, (i) => [`m${i}`, nested(depth - 1, width)]));

const BODIES = {
  "thousands of grant types": { ...GOOD, grant_types: list(5000, (i) => `grant${i}`) },
  "50 response types of 1,000 letters": {
    ...GOOD,
    response_types: list(50, (i) => `${"code ".repeat(199)}${i}`),
  },
  "290 localised names": {
    ...GOOD,
    ...Object.fromEntries(list(290, (i) => [`client_name#a${((i % 26) + 10).toString(36)}-x-${i}`, "name"])),
  },
  "20 redirect URIs of 2,000 encoded letters": {
    ...GOOD,
    redirect_uris: list(20, (i) => `https://app.example/${i}${"%41".repeat(660)}`),
  },
  "thousands of unknown members": Object.fromEntries(list(4000, (i) => [`member${i}`, 1])),
  "280 unknown members with long names": {
    ...GOOD,
    ...Object.fromEntries(list(280, (i) => [`${"m".repeat(200)}${i}`, 1])),
  },
  "a name of 60,000 letters": { ...GOOD, client_name: "n".repeat(60_000) },
  "a scope of 4,000 letters": {
    ...GOOD,
    scope: list(800, (i) => `s${i}`)
      .join(" ")
      .slice(0, 4090),
  },
  "20 keys": {
    ...GOOD,
    jwks: { keys: list(20, (i) => ({ kty: "RSA", n: "n".repeat(600), e: "AQAB", kid: `${i}` })) },
  },
  "an object as deep as it may be": { ...GOOD, vp_formats_supported: { a: { b: { c: nested(5, 5) } } } },
  "30,000 brackets in one another": `{"jwks":${"[".repeat(30_000)}${"]".repeat(30_000)}}`,
};

/** Text of each body, by what it is. */
export const HOSTILE = Object.entries(BODIES).map(([name, body]) => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  if (text.length > 65_536) throw new Error(`${name}: ${text.length} bytes are more than 64 KiB`);
  return [name, text];
});
