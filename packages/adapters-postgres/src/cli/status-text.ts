import type { MigrationState, MigrationStatus, SchemaStatus } from '../schema/status.ts';

const WORDS: Readonly<Record<MigrationState, string>> = {
  applied: 'applied',
  missing: 'missing',
  different: 'applied, but not the one of this release',
  newer: 'of a newer release, which this one can live with',
  breaking: 'of a newer release, which this one cannot live with',
};

/** A status for people: one line for the schema, one for each migration, and what to do. */
export function statusText(status: SchemaStatus): string {
  const { schema, ready, reason, migrations } = status;
  const lines = [`schema ${schema}: ${ready ? 'ready' : 'not ready'}`, ...migrations.map(line)];
  if (reason !== undefined) lines.push(`${reason}${waysOn(status)}`);
  return `${lines.join('\n')}\n`;
}

function line({ id, name, state, appliedAt }: MigrationStatus): string {
  const at = appliedAt === undefined ? '' : `, ${appliedAt.toISOString()}`;
  return `  ${id.toString().padStart(4, '0')}-${name}: ${WORDS[state]}${at}`;
}

/** From the first that is missing on, if nothing after it is there, the printed SQL does what migrate does. */
function waysOn({ migrations }: SchemaStatus): string {
  const first = migrations.findIndex(({ state }) => state === 'missing');
  const rest = migrations.slice(first);
  if (first === -1 || rest.some(({ state }) => state !== 'missing')) return '';
  return `, or the SQL of: sql --from ${migrations[first]?.id ?? 1}`;
}
