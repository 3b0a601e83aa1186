// What the packages offer. `node scripts/api.mjs` writes it to docs/api.md, so that a change of it is seen in review.
// AGENTS.md tells how many names the root has. `--check` changes nothing and fails where one of the two differs, where a public name or a member of a public interface has no
// docstring, and where a public function has no example, or one that does not compile.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { root } from "./workspace.mjs";

const SNAPSHOT = join(root, "docs/api.md");
const HOUSE_RULES = join(root, "AGENTS.md");
const check = process.argv.includes("--check");
const problems = [];
const options = {
  strict: true,
  exactOptionalPropertyTypes: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  types: ["node"],
  typeRoots: [join(root, "node_modules/@types")],
  skipLibCheck: true,
  noEmit: true,
};

/** The entries of every package, by the name under which they are imported. */
const entries = readdirSync(join(root, "packages")).flatMap((folder) => {
  const { name, exports = {} } = JSON.parse(
    readFileSync(join(root, "packages", folder, "package.json"), "utf8"),
  );
  return Object.entries(exports)
    .filter(([, target]) => target.types)
    .map(([subpath, { types }]) => ({
      name: name + subpath.slice(1),
      file: join(root, "packages", folder, types.replace("dist", "src").replace(/\.d\.ts$/, ".ts")),
    }));
});

const program = ts.createProgram(
  entries.map(({ file }) => file),
  options,
);
const checker = program.getTypeChecker();
const printer = ts.createPrinter({ removeComments: true });
const examples = [];

const snapshot = entries.map(({ name, file }) => {
  const module = checker.getSymbolAtLocation(program.getSourceFile(file));
  const lines = checker
    .getExportsOfModule(module)
    .map((exported) => {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      inspect(exported.name, symbol);
      return declarationOf(exported.name, symbol);
    })
    .sort();
  return `## ${name}\n\n\`\`\`ts\n${lines.join("\n")}\n\`\`\`\n`;
});

function inspect(name, symbol) {
  const [declaration] = symbol.declarations;
  const { fileName } = declaration.getSourceFile();
  if (fileName.includes("node_modules") || fileName.includes("/dist/")) return;
  const place = `${relative(root, fileName)}: ${name}`;
  if (symbol.getDocumentationComment(checker).length === 0) problems.push(`${place} has no docstring`);
  if (ts.isInterfaceDeclaration(declaration)) {
    for (const member of declaration.members) {
      const of = member.name ? checker.getSymbolAtLocation(member.name) : undefined;
      if (of && of.getDocumentationComment(checker).length === 0) {
        problems.push(`${place}.${of.name} has no docstring`);
      }
    }
  }
  if (!ts.isFunctionDeclaration(declaration)) return;
  const tags = symbol.getJsDocTags(checker).filter((tag) => tag.name === "example");
  if (tags.length === 0) problems.push(`${place} has no @example`);
  for (const { text } of tags) {
    const code = /```ts\n([\s\S]*?)\n```/.exec(ts.displayPartsToString(text))?.[1];
    if (code === undefined) problems.push(`${place}: @example has no code`);
    else examples.push({ place, code });
  }
}

/** The declaration in one line, less what is nobody's business: bodies, comments, default values. */
function declarationOf(name, symbol) {
  const [declaration] = symbol.declarations;
  const at = declaration.getSourceFile();
  const text = (node) =>
    printer
      .printNode(ts.EmitHint.Unspecified, node, at)
      .replace(/^export (declare )?/, "")
      .replace(/\s+/g, " ");
  if (ts.isFunctionDeclaration(declaration)) {
    return symbol.declarations
      .filter(({ body }, _, all) => all.length === 1 || !body)
      .map(
        (overload) =>
          `function ${name}${text(
            ts.factory.updateFunctionDeclaration(
              overload,
              undefined,
              undefined,
              undefined,
              overload.typeParameters,
              overload.parameters,
              overload.type,
              undefined,
            ),
          )
            .replace(/^function ?/, "")
            .replace(/;?$/, ";")}`,
      )
      .join("\n");
  }
  if (ts.isVariableDeclaration(declaration) || ts.isClassDeclaration(declaration)) {
    const kind = ts.isClassDeclaration(declaration) ? "class" : "const";
    const type = checker.getTypeOfSymbolAtLocation(symbol, declaration);
    return `${kind} ${name}: ${checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation)};`;
  }
  return text(declaration);
}

/** Examples are compiled where an application would be: beside the tests, which have every package. */
function compileExamples() {
  const files = new Map(
    examples.map(({ place, code }, i) => [
      join(root, "tests", `example-${i}.ts`),
      { place, code: `${code}\nexport {};\n` },
    ]),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists.call(host, path);
  host.getSourceFile = (path, ...others) =>
    files.has(path)
      ? ts.createSourceFile(path, files.get(path).code, ts.ScriptTarget.ES2022)
      : getSourceFile.call(host, path, ...others);
  const compiled = ts.createProgram([...files.keys()], options, host);
  for (const path of files.keys()) {
    for (const { messageText } of compiled.getSemanticDiagnostics(compiled.getSourceFile(path))) {
      problems.push(
        `${files.get(path).place}: @example does not compile: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
      );
    }
  }
}

compileExamples();
const document = `# What the packages offer\n\nWritten by \`node scripts/api.mjs\`, so that a change of it is seen; the docstrings explain each name.\n\n${snapshot.join("\n")}`;
const rootNames = checker.getExportsOfModule(
  checker.getSymbolAtLocation(
    program.getSourceFile(entries.find(({ name }) => name === "@oauth-dcr/core").file),
  ),
).length;
const rules = existsSync(HOUSE_RULES) ? readFileSync(HOUSE_RULES, "utf8") : "";
const renewed = [
  [SNAPSHOT, document],
  [HOUSE_RULES, rules.replace(/\d+ in the root/, `${rootNames} in the root`)],
];
for (const [path, text] of renewed) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
  if (!check) writeFileSync(path, text);
  else
    problems.push(
      `${relative(root, path)} differs from what the packages offer: run node scripts/api.mjs and look at the change`,
    );
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(`${problems.length} problems`);
  process.exitCode = 1;
}
