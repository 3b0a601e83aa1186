import { report } from "../report.js";

// The timer of `AbortSignal.timeout` alone keeps no Node.js running, where a connection or a server would.
const keepingAlive = setInterval(() => undefined, 60_000);
// On the last line, since a runtime may say something of its own before.
console.log(`\n${JSON.stringify(await report())}`);
clearInterval(keepingAlive);
