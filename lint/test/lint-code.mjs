import { Linter } from 'eslint';
import ts from 'typescript';
import tseslint from 'typescript-eslint';
import { house } from '../plugin.mjs';

const HERE = '/repo';
const compilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
  strict: true,
  noResolve: true,
};

/**
 * Lints snippets as if they were files of this repository, and gives back the ids of the messages per snippet.
 *
 * All snippets share one program, because each program loads the declarations of the language anew.
 *
 * @param {string} rule the rule's name in the house plugin
 * @param {{ file: string, code: string, options?: unknown[] }[]} snippets
 * @returns {string[][]}
 */
export function lintCode(rule, snippets) {
  const files = new Map(snippets.map(({ file, code }, index) => [fileName(file, index), code]));
  const program = ts.createProgram([...files.keys()], compilerOptions, memoryHost(files));
  const linter = new Linter({ cwd: HERE });
  return snippets.map(({ file, code, options = [] }, index) => {
    const config = {
      files: ['**/*.ts'],
      plugins: { house },
      languageOptions: { parser: tseslint.parser, parserOptions: { programs: [program] } },
      rules: { [`house/${rule}`]: ['error', ...options] },
    };
    const messages = linter.verify(code, config, { filename: fileName(file, index) });
    return messages.map((message) => message.messageId ?? message.message);
  });
}

/** Each snippet has a repository of its own, so that two may stand in files of one name. */
function fileName(file, index) {
  return `${HERE}/${index}/${file}`;
}

function memoryHost(files) {
  const host = ts.createCompilerHost(compilerOptions);
  return {
    ...host,
    getCurrentDirectory: () => HERE,
    fileExists: (name) => files.has(name) || host.fileExists(name),
    readFile: (name) => files.get(name) ?? host.readFile(name),
    getSourceFile: (name, ...rest) =>
      files.has(name)
        ? ts.createSourceFile(name, files.get(name), ...rest)
        : host.getSourceFile(name, ...rest),
  };
}
