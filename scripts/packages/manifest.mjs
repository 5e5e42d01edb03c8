import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import path from 'node:path';
import { assert } from './run.mjs';

const SOURCE_CONDITION = '@payout-engines/source';

export function readManifest(folder) {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
}

/** The names a user may import: `@payout-engines/core`, `@payout-engines/core/money`, … */
export function entryNames(name, manifest) {
  const paths = Object.keys(manifest.exports).filter((entry) => entry !== './package.json');
  return paths.map((entry) => path.posix.join(name, entry));
}

/** The workspace resolves to sources, users to builds; apart from that both must see one map. */
export function exportsAgree(folder) {
  const { exports, publishConfig } = readManifest(folder);
  const published = Object.entries(exports).map(([entry, target]) => [entry, withoutSource(target)]);
  const agree = isDeepStrictEqual(Object.fromEntries(published), publishConfig.exports);
  assert(agree, `Apart from ${SOURCE_CONDITION} the maps differ in ${path.join(folder, 'package.json')}`);
}

function withoutSource(target) {
  if (typeof target === 'string') return target;
  return Object.fromEntries(Object.entries(target).filter(([condition]) => condition !== SOURCE_CONDITION));
}

/** Looks at the unpacked tarball. */
export function isComplete(installed) {
  const manifest = readManifest(installed);
  const text = JSON.stringify(manifest);
  assert(!text.includes(SOURCE_CONDITION), `${SOURCE_CONDITION} is in the published manifest`);
  assert(!text.includes('"workspace:'), 'a workspace: range is in the published manifest');
  const { main, module, types } = manifest;
  const named = ['LICENSE', 'README.md', main, module, types, ...targets(manifest.exports)];
  const missing = named.filter((file) => !existsSync(path.join(installed, file)));
  assert(missing.length === 0, `missing from the tarball: ${missing.join(', ')}`);
  assert(!existsSync(path.join(installed, 'src')), 'sources are in the tarball');
}

function targets(node) {
  return typeof node === 'string' ? [node] : Object.values(node).flatMap(targets);
}
