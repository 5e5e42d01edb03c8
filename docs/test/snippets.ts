import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** A piece of documentation that claims to run: a TypeScript block of a page, or of an `@example`. */
export interface Snippet {
  readonly file: string;
  readonly line: number;
  readonly code: string;
}

const FENCE = /^([ \t]*(?:\* ?)?)```ts\n([\s\S]*?)^[ \t]*(?:\* ?)?```/gm;

/** The snippets of a Markdown or source file. In a source file, the comment's stars are taken off. */
export function snippetsIn(root: string, file: string): readonly Snippet[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(FENCE)].map((match) => ({
    file: relative(root, file),
    line: text.slice(0, match.index).split('\n').length,
    code: (match[2] ?? '').replaceAll(/^[ \t]*\* ?/gm, (star) =>
      match[1]?.includes('*') === true ? '' : star,
    ),
  }));
}

/** All files below a folder with the given ending, without what is built or installed. */
export function filesBelow(folder: string, ending: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.')) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path, ending);
    return entry.name.endsWith(ending) ? [path] : [];
  });
}

/**
 * The snippet as a module that checks itself: every expression with a comment `// => value` behind it, on its line or
 * the next, is compared with that value. `checks` counts them.
 */
export function checkedModule(code: string): { readonly code: string; readonly checks: number } {
  const source = ts.createSourceFile('snippet.ts', code, ts.ScriptTarget.ES2022, true);
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node)) {
      const claim = /^;?[ \t]*\n?[ \t]*\/\/ => (.+)$/m.exec(code.slice(node.end));
      if (claim?.index === 0) {
        const actual = node.expression.getText(source);
        edits.push({
          start: node.getStart(source),
          end: node.end,
          text: `globalThis.__claims.push([(${actual}), (${claim[1] ?? ''})]);`,
        });
        return;
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  let checked = code;
  for (const { start, end, text } of edits.reverse())
    checked = checked.slice(0, start) + text + checked.slice(end);
  return { code: checked, checks: edits.length };
}
