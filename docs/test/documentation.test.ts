import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkedModule, filesBelow, snippetsIn } from './snippets.ts';

declare global {
  var __claims: (readonly [actual: unknown, claimed: unknown])[];
}

const root = resolve(import.meta.dirname, '../..');
// One for each process: two runs at once are not to clear each other's away.
const scratch = resolve(import.meta.dirname, '.snippets', process.pid.toString());

const snippets = [
  ...filesBelow(join(root, 'packages'), '.ts').filter((file) => file.includes('/src/')),
  ...filesBelow(root, '.md'),
].flatMap((file) => snippetsIn(root, file));

describe('every TypeScript snippet of the documentation', () => {
  beforeAll(() => mkdirSync(scratch, { recursive: true }));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it('is found', () => {
    expect(snippets.length).toBeGreaterThan(20);
  });

  it.each(snippets.map((snippet, index) => ({ ...snippet, index })))(
    'runs and gives what it says: $file:$line',
    async ({ code, index }) => {
      const checked = checkedModule(code);
      expect(checked.checks, 'a snippet claims at least one value with // =>').toBeGreaterThan(0);
      const file = join(scratch, `snippet-${index}.ts`);
      writeFileSync(file, checked.code);
      globalThis.__claims = [];
      await import(/* @vite-ignore */ file);
      expect(globalThis.__claims.length).toBe(checked.checks);
      for (const [actual, claimed] of globalThis.__claims) expect(actual).toEqual(claimed);
    },
  );
});
