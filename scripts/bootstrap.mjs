/**
 * Runs a script of the root package.json on a machine that has only Node and npm:
 * `node scripts/bootstrap.mjs <script> [arguments…]`.
 *
 * It finds the pinned pnpm, installs once per lockfile and then steps aside. Nothing of its own goes to stdout,
 * because some scripts print data there.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const WINDOWS = process.platform === 'win32';
const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

/** npx draws a spinner and npm advertises its new versions; neither is output of the script. */
const env = { ...process.env, npm_config_update_notifier: 'false', npm_config_progress: 'false' };

await main(process.argv.slice(2));

async function main([script, ...args]) {
  requireNode(manifest.engines.node);
  if (script === undefined || !Object.hasOwn(manifest.scripts, script)) {
    fail(`Usage: node scripts/bootstrap.mjs <script> [arguments…]; package.json has no script ${script}.`);
  }
  const pnpm = findPnpm(manifest.packageManager);
  await install(pnpm);
  // A pnpm inside the script inherits the silence: it must name its reporter, or it hides what failed.
  const code = await run([...pnpm, '--silent', 'run', script, ...args], 'inherit');
  process.exit(code);
}

/** The range has one form, `>=major.minor`, so no semver parser is needed before the first install. */
function requireNode(range) {
  const [major, minor] = range.replace('>=', '').split('.').map(Number);
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  fail(`This repository needs Node ${range}; this is Node ${process.versions.node}. See https://nodejs.org.`);
}

/** A pnpm on the PATH only if it is the pinned one: others refuse the lockfile or this Node. */
function findPnpm(pin) {
  const version = pin.replace('pnpm@', '');
  const onPath = spawnSync('pnpm', ['--version'], { cwd: ROOT, env, shell: WINDOWS, encoding: 'utf8' });
  return onPath.stdout?.trim() === version ? ['pnpm'] : ['npx', '--yes', `pnpm@${version}`];
}

/** Installs unless this very lockfile was installed here by an earlier run. */
async function install(pnpm) {
  const stampFile = path.join(ROOT, 'node_modules', '.bootstrap-stamp');
  const stamp = installStamp();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && !npmWasHereSince(stampFile))
    return;
  process.stderr.write('Installing dependencies (once per lockfile)…\n');
  // confirm-modules-purge: pnpm would stop to ask when npm has made node_modules before.
  const flags = [
    '--frozen-lockfile',
    '--prefer-offline',
    '--loglevel=warn',
    '--config.confirm-modules-purge=false',
  ];
  const code = await run([...pnpm, 'install', ...flags], process.stderr);
  if (code !== 0) process.exit(code);
  mkdirSync(path.dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/** `npm install` takes pnpm's packages away and leaves the stamp; this is the file in which npm notes its own. */
function npmWasHereSince(stampFile) {
  const note = path.join(path.dirname(stampFile), '.package-lock.json');
  return existsSync(note) && statSync(note).mtimeMs > statSync(stampFile).mtimeMs;
}

function installStamp() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml'])
    hash.update(readFileSync(path.join(ROOT, file)));
  return hash.digest('hex');
}

/** Runs a command to its end and returns its exit code, 128 + n when signal n ended it. */
function run([command, ...args], stdout) {
  const child = spawn(command, WINDOWS ? args.map(quoteForCmd) : args, {
    cwd: ROOT,
    env,
    // On Windows npx and pnpm are .cmd files, which only a shell can start.
    shell: WINDOWS,
    stdio: ['inherit', stdout, 'inherit'],
  });
  // A terminal sends Ctrl-C to the child as well, so this process only waits for the child to clean up and end.
  const onInterrupt = () => undefined;
  const onTerminate = () => child.kill('SIGTERM');
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  return new Promise((resolve) => {
    child.on('error', (error) => fail(`${command} could not be started: ${error.message}`));
    child.on('close', (code, signal) => {
      process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

function quoteForCmd(argument) {
  return /^[\w@./:=-]+$/.test(argument) ? argument : `"${argument.replaceAll('"', '""')}"`;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
