import { mkdirSync, readdirSync, realpathSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readManifest } from './manifest.mjs';
import { ROOT, run } from './run.mjs';

/**
 * Packs every public package into `folder` and installs all of them into one consumer there.
 *
 * The consumer sees what the published manifests name, and nothing else: dependencies are links to those of the
 * workspace, so a package that imports one of its development dependencies fails here.
 */
export function packAll(folder) {
  const consumer = path.join(folder, 'consumer');
  mkdirSync(path.join(consumer, 'node_modules'), { recursive: true });
  writeFileSync(
    path.join(consumer, 'package.json'),
    '{ "name": "consumer", "private": true, "type": "module" }\n',
  );
  const sources = readdirSync(path.join(ROOT, 'packages')).map((name) => path.join(ROOT, 'packages', name));
  const packages = sources
    .filter((source) => !readManifest(source).private)
    .map((source) => pack(source, folder));
  for (const one of packages) install(one, consumer);
  return { consumer, packages: packages.map((one) => ({ ...one, manifest: readManifest(one.installed) })) };
}

function pack(source, folder) {
  const { name } = readManifest(source);
  const destination = path.join(folder, path.basename(source));
  mkdirSync(destination);
  run('pnpm', ['pack', '--pack-destination', destination], source);
  const tarball = path.join(destination, readdirSync(destination)[0]);
  return { name, source, tarball, installed: path.join(folder, 'consumer', 'node_modules', name) };
}

function install({ source, tarball, installed }, consumer) {
  mkdirSync(path.dirname(installed), { recursive: true });
  run('tar', ['-xzf', tarball, '-C', path.dirname(installed)], consumer);
  renameSync(path.join(path.dirname(installed), 'package'), installed);
  const { dependencies = {}, peerDependencies = {} } = readManifest(installed);
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    if (!name.startsWith('@payout-engines/')) link(path.join(source, 'node_modules', name), consumer, name);
  }
}

function link(target, consumer, name) {
  const place = path.join(consumer, 'node_modules', name);
  mkdirSync(path.dirname(place), { recursive: true });
  try {
    symlinkSync(realpathSync(target), place, 'junction');
  } catch (error) {
    // Two packages with one dependency share the link.
    if (error.code !== 'EEXIST') throw error;
  }
}
