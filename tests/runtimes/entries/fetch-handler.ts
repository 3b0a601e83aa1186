import { report } from "../report.js";

export default { fetch: async () => Response.json(await report()) };
