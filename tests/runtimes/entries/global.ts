import { report } from "../report.js";

Object.assign(globalThis, { report });
