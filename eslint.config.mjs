import tseslint from "typescript-eslint";

const PLATFORM_MODULES = [
  { group: ["node:*"], message: "This package runs on every runtime: Web-standard APIs alone." },
];

export default tseslint.config(
  {
    ignores: [
      "**/dist/",
      "**/.next/",
      "**/node_modules/",
      "**/next-env.d.ts",
      "**/*.config.ts",
      "packages/server/bin/",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
      "@typescript-eslint/no-invalid-void-type": "off", // `Result<void, Failure>` is a step with nothing to hand on.
      "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
      "max-lines": ["error", 250],
    },
  },
  {
    files: [
      "packages/{core,adapter-hono,adapter-node,adapter-next,conformance,console,contract-tests,store-sql}/src/**",
    ],
    rules: { "no-restricted-imports": ["error", { patterns: PLATFORM_MODULES }] },
  },
  {
    files: ["packages/core/src/**"],
    rules: {
      "no-restricted-globals": ["error", "process", "Buffer", "setTimeout", "setInterval"],
      "no-restricted-syntax": [
        "error",
        ...["Date.now", "Math.random"].map((name) => {
          const [object, property] = name.split(".");
          const selector = `CallExpression[callee.object.name="${object}"][callee.property.name="${property}"]`;
          return { selector, message: `${name}: clock and randomness come from the options` };
        }),
      ],
    },
  },
  {
    files: ["packages/*/test/**", "tests/**"],
    rules: { "max-lines": "off", "@typescript-eslint/no-non-null-assertion": "off" },
  },
  {
    // Tables are as long as the specifications that they write down.
    files: ["packages/core/src/client-metadata/{member-table,rules}.ts"],
    rules: { "max-lines": "off" },
  },
  {
    // Switches that are struck through so that nobody uses them unawares: `dangerouslyUnlimited`, and the client
    // libraries' own one for plain HTTP.
    files: ["packages/server/src/**", "packages/*/test/**", "tests/**"],
    rules: { "@typescript-eslint/no-deprecated": "off" },
  },
  {
    // Scripts have no types: they run as they are.
    files: ["**/*.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { projectService: false } },
  },
);
