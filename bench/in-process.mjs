// What the steps cost in one process, each beside what it is compared with, in turns and with distinct inputs. Prints
// JSON: microseconds a call, medians of the rounds.
import { memoryStore } from "@oauth-dcr/core/memory";
import { HOSTILE } from "./hostile-bodies.mjs";
import { importTimes } from "./import-times.mjs";
import { consents, lookups } from "./lookups.mjs";
import { bodyOf, registration, timed } from "./timed.mjs";

const server = registration(memoryStore());
async function register(metadata, ok) {
  const answer = await server.registerClient(metadata);
  if (ok !== undefined && answer.ok !== ok) throw new Error(JSON.stringify(answer));
}
const steps = await timed(4000, {
  json: { make: bodyOf, run: (body) => JSON.stringify(JSON.parse(body)) },
  registered: { make: (n) => JSON.parse(bodyOf(n)), run: (metadata) => register(metadata, true) },
  refused: {
    make: (n) => JSON.parse(bodyOf(n).replaceAll("https://app", "http://app")),
    run: (metadata) => register(metadata, false),
  },
});

const hostile = {};
for (const [name, text] of HOSTILE) {
  hostile[name] = await timed(60, {
    json: { run: () => JSON.parse(text) },
    registered: { make: () => JSON.parse(text), run: (metadata) => register(metadata) },
  });
}
console.log(
  JSON.stringify({
    steps,
    hostile,
    found: await lookups(server),
    asked: await consents(server),
    imports: importTimes(),
  }),
);
