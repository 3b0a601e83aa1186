// One server under load: `echo` parses and answers the body, the others register it.
import { createServer } from "node:http";
import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { memoryStore } from "@oauth-dcr/core/memory";
import { toNodeHandler } from "@oauth-dcr/node";
import { openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";

const [kind, file] = process.argv.slice(2);

async function echo(request, response) {
  let text = "";
  for await (const chunk of request) text += chunk;
  response.writeHead(201, { "content-type": "application/json" });
  response.end(JSON.stringify(JSON.parse(text)));
}

function desk(store) {
  return toNodeHandler(
    createClientRegistration({
      ...mcpPreset({ issuer: "http://127.0.0.1", scopes_supported: ["tools:read"] }),
      access: openRegistration({ dangerouslyUnlimited: true }),
      audit: () => undefined,
      store,
    }),
  );
}

const handlers = {
  echo: () => echo,
  memory: () => desk(memoryStore()),
  sqlite: () => desk(openSqliteStore(new Database(file))),
};
const server = createServer(handlers[kind]());
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.on("SIGTERM", () => process.exit(0));
