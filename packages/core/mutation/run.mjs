/**
 * Changes the sources in thousands of small ways and asks of each whether a test notices: `npm run mutation`, or
 * `npm run mutation -- payouts ledger` for some folders, `npm run mutation -- payouts/verdict.ts` for one file.
 *
 * Fails when fewer than 90 of 100 mutants of a folder are noticed, and lists those that are not.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';

const FOLDERS = ['payouts', 'ledger', 'money', 'split'];

process.chdir(path.dirname(import.meta.dirname));
const given = process.argv.slice(2);
for (const part of given.length === 0 ? FOLDERS : given) await mutate(part);

async function mutate(part) {
  const [folder] = part.split('/');
  if (!FOLDERS.includes(folder))
    throw new Error(`${part} is none of ${FOLDERS.join(', ')}, nor in one of them.`);
  process.env.MUTATED_FOLDER = folder;
  console.log(`\nMutants of ${part}`);
  await new Stryker({
    mutate: [part.endsWith('.ts') ? `src/${part}` : `src/${part}/**/*.ts`],
    testRunner: 'vitest',
    // Coverage says which tests reach a mutant; following imports as well would cost as much as running them.
    vitest: { configFile: 'mutation/vitest.config.mjs', related: false },
    plugins: [
      fileURLToPath(import.meta.resolve('@stryker-mutator/vitest-runner')),
      path.join(import.meta.dirname, 'sentences.mjs'),
    ],
    ignorers: ['sentences'],
    coverageAnalysis: 'perTest',
    concurrency: Number(process.env.MUTATION_WORKERS ?? 2),
    incremental: true,
    incrementalFile: `node_modules/.cache/mutation/${folder}.json`,
    ignorePatterns: ['dist', 'coverage'],
    reporters: ['clear-text', 'progress-append-only'],
    clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
    thresholds: { high: 95, low: 90, break: 90 },
    timeoutMS: 20_000,
    disableTypeChecks: false,
  }).runMutationTest();
}
