import type { NextConfig } from "next";

const config: NextConfig = {
  basePath: process.env["NEXT_TEST_BASE_PATH"] ?? "",
  distDir: process.env["NEXT_TEST_DIST_DIR"] ?? ".next",
  // The packages and what the tests share lie above the application.
  turbopack: { root: new URL("../../..", import.meta.url).pathname },
  // tests/tsconfig.json has these files checked already.
  typescript: { ignoreBuildErrors: true },
};

export default config;
