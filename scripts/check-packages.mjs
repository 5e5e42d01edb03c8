/**
 * Checks the packages as their users get them: builds each public one, packs it, and looks only at the tarball.
 * `pnpm run check:packages`, or `node scripts/bootstrap.mjs check:packages` where there is no pnpm.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runsInEmptyContext, withoutZod } from './packages/bundles.mjs';
import { declarationsCompile } from './packages/declarations.mjs';
import { loadsEverywhere, oneErrorClass } from './packages/loading.mjs';
import { exportsAgree, isComplete } from './packages/manifest.mjs';
import { ROOT, run, tool } from './packages/run.mjs';
import { packAll } from './packages/tarballs.mjs';

const CORE = '@payout-engines/core';
const folder = mkdtempSync(path.join(tmpdir(), 'check-packages-'));
const failures = [];

try {
  run('pnpm', ['run', 'build'], ROOT);
  const { packages, consumer } = packAll(folder);

  for (const { name, manifest, source, tarball, installed } of packages) {
    check(`${name}: exports and publishConfig.exports agree`, () => exportsAgree(source));
    check(`${name}: has LICENSE, README and what its manifest names`, () => isComplete(installed));
    check(`${name}: publint`, () => tool('publint', ['run', tarball, '--strict']));
    check(`${name}: are the types wrong`, () =>
      tool('attw', [tarball, '--profile', 'node16', '--no-emoji', '--no-color']),
    );
    check(`${name}: import and require`, () => loadsEverywhere(consumer, name, manifest));
    for (const version of ['typescript-5', 'typescript-7']) {
      check(`${name}: declarations under ${version}`, () =>
        declarationsCompile(consumer, name, manifest, version),
      );
    }
  }
  check(`${CORE}: one error class over all entries`, () => oneErrorClass(consumer, CORE));
  for (const entry of ['money', 'split']) {
    check(`${CORE}/${entry}: brings no zod`, () => withoutZod(consumer, CORE, entry));
  }
  check(`${CORE}: runs where there is only the language`, () => runsInEmptyContext(consumer, CORE));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

if (failures.length > 0) {
  console.error(`\n${failures.length} of the package checks failed:\n- ${failures.join('\n- ')}`);
  process.exit(1);
}

/** Goes on after a failure: one run should show all that is wrong. */
function check(title, body) {
  try {
    body();
    console.log(`ok    ${title}`);
  } catch (error) {
    failures.push(title);
    console.log(`FAIL  ${title}\n${String(error.message).replace(/^/gm, '      ')}`);
  }
}
