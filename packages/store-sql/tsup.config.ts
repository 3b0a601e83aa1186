import { packageBuild } from "../../tsup.config.js";

export default packageBuild(["src/index.ts", "src/d1.ts"]);
