import type { Connection } from '../executor.ts';
import { Columns } from '../session/columns.ts';
import { assertInvariant } from '../session/invariant.ts';
import { notReady } from './applied.ts';
import type { SchemaName } from './schema-name.ts';

/**
 * Throws `SCHEMA_NOT_READY` unless row-level security binds this role exactly when that is wanted. Where it binds and
 * the store does not know, every read finds nothing; where it is wanted and does not bind, nobody is kept apart.
 */
export async function assertRowSecurity(
  connection: Connection,
  schema: SchemaName,
  wanted: boolean,
): Promise<void> {
  const [row] = await connection.query('SELECT row_security_active($1::text)', [`${schema.quoted}.transfer`]);
  assertInvariant(row !== undefined, 'a SELECT without a table has a row');
  const active = new Columns(row).boolean();
  if (active && !wanted) {
    throw notReady('row-level security binds the role; give postgresStore the option rowSecurity: true');
  }
  if (!active && wanted) {
    throw notReady(
      'rowSecurity is asked for, but no row-level security binds the role; run what ' +
        '`npx payout-engines-postgres roles --row-security` prints, and connect as the application role',
    );
  }
}
