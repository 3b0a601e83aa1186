import type { NextConfig } from "next";

const config: NextConfig = {
  // Its binary is loaded as it is.
  serverExternalPackages: ["libsql"],
  // In this repository the packages lie above the application.
  turbopack: { root: new URL("../..", import.meta.url).pathname },
};

export default config;
