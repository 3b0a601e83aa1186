const ROOM = "^packages/core/src/";
const rooms = (...names) => names.map((name) => `${ROOM}${name}/`).join("|");

/** The direction in which the rooms of core may look; see docs/decisions. */
export default {
  forbidden: [
    {
      name: "no-circle",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-circle-of-rooms",
      comment: "A folder of core imports no folder that imports it, by way of whatever others.",
      severity: "error",
      scope: "folder",
      from: { path: "^packages/core/src/." },
      to: { circular: true },
    },
    {
      name: "no-circle-of-sql-rooms",
      comment:
        "A folder of store-sql imports no folder that imports it: sql, then each database, then audit.",
      severity: "error",
      scope: "folder",
      from: { path: "^packages/store-sql/src/." },
      to: { circular: true },
    },
    {
      name: "no-circle-of-server-rooms",
      comment:
        "A folder of the server imports no folder that imports it: settings, database, telemetry, audit, serving, command-line, commands.",
      severity: "error",
      scope: "folder",
      from: { path: "^packages/server/src/." },
      to: { circular: true },
    },
    {
      name: "rules-know-no-endpoint",
      severity: "error",
      from: {
        path: rooms(
          "uri",
          "redirect-uri",
          "scope",
          "client-metadata",
          "client-credentials",
          "crypto",
          "guarded-fetch",
          "initial-access-token",
          "json-web-token",
          "policy",
          "software-statement",
          "store",
          "rate-limit",
          "quota",
          "trust",
          "consent",
          "stateless-registration",
        ),
      },
      to: {
        path: `${rooms("registration-endpoint", "client-configuration-endpoint", "client-authentication", "http", "audit", "discovery", "access")}|${ROOM}(configuration/|client-registration)`,
      },
    },
    {
      name: "only-http-knows-http",
      severity: "error",
      from: {
        path: ROOM,
        pathNot: `${rooms("http", "opentelemetry", "configuration", "many-issuers")}|${ROOM}(client-registration|federation\\.ts|index)`,
      },
      to: { path: rooms("http") },
    },
    {
      name: "others-import-the-root-of-core",
      severity: "error",
      from: { path: "^packages/(adapter-|store-|rate-limit|server|contract-tests|console)" },
      to: { path: ROOM },
    },
    {
      name: "conformance-imports-nothing",
      comment: "It checks any server, and must not judge by the code of ours.",
      severity: "error",
      from: { path: "^packages/conformance/src/" },
      to: { pathNot: "^packages/conformance/src/" },
    },
    { name: "no-unknown-import", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules|/dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types"] },
  },
};
