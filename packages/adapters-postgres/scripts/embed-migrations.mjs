// Writes the migrations into a module, so that bundlers carry them. Run it after adding one: node scripts/embed-migrations.mjs
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../migrations/', import.meta.url);
const MODULE = new URL('../src/schema/embedded.ts', import.meta.url);
const NAME = /^(?<id>\d{4})-(?<name>[a-z0-9-]+)\.sql$/;

/** The text of the module, for the migrations as they are on disk. */
export function embedded() {
  const entries = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file, index) => entry(file, index + 1));
  return [
    '// Made by scripts/embed-migrations.mjs from ../../migrations; a test compares the two.',
    "import type { Migration } from './migration.ts';",
    '',
    'export const MIGRATIONS: readonly Migration[] = [',
    ...entries,
    '];',
    '',
  ].join('\n');
}

function entry(file, expected) {
  const { id, name } = NAME.exec(file)?.groups ?? {};
  if (Number(id) !== expected)
    throw new Error(`${file}: expected a name that begins with number ${expected}`);
  const sql = readFileSync(new URL(file, FOLDER), 'utf8').replaceAll('\r\n', '\n');
  const checksum = createHash('sha256').update(sql).digest('hex');
  const literal = sql.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
  return [
    '  {',
    `    id: ${expected},`,
    `    name: '${name}',`,
    `    breaking: ${/^-- breaking$/m.test(sql)},`,
    `    checksum: '${checksum}',`,
    `    sql: \`${literal}\`,`,
    '  },',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(MODULE, embedded());
