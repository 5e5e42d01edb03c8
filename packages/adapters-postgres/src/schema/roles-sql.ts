import { PayoutError } from '@payout-engines/core';
import { PROGRAM_SETTING } from '../session/setup.ts';
import { DEFAULT_SCHEMA, SchemaName } from './schema-name.ts';
import { TABLE_RIGHTS } from './table-rights.ts';

/** The names of roles that {@link rolesSql} makes, and how far apart it keeps programs. */
export interface RolesOptions {
  /** Where the tables are. @defaultValue `'payouts'` */
  readonly schema?: string;
  /** What the store runs as. @defaultValue the schema and `_application` */
  readonly application?: string;
  /** What reports and operators read as. @defaultValue the schema and `_reader` */
  readonly reader?: string;
  /** What owns the tables, and migrates. @defaultValue the schema and `_migrator` */
  readonly migrator?: string;
  /** Whether a transaction of the other two sees one program alone. @defaultValue `false` */
  readonly rowSecurity?: boolean;
}

/**
 * A script that makes three roles, without a password and without the right to log in, each with what it needs and no
 * more; grant them to those who do log in. Run it after `migrate`, and again after each migration, as an administrator.
 *
 * The application may not change or remove a transfer, nor remove anything at all, and of a payout it may change only
 * what changes.
 *
 * @throws {@link PayoutError} with code `INVALID_ID` for a name that is none, or for one name for two roles
 *
 * @example
 * ```ts
 * import { rolesSql } from '@payout-engines/adapters-postgres';
 *
 * const script = rolesSql({ application: 'shop' });
 * script.includes('GRANT SELECT, INSERT ON "payouts".transfer TO "shop";'); // => true
 * ```
 */
export function rolesSql(options: RolesOptions = {}): string {
  const schema = new SchemaName(options.schema ?? DEFAULT_SCHEMA);
  const application = roleName(options.application ?? `${schema.plain}_application`, 'application');
  const reader = roleName(options.reader ?? `${schema.plain}_reader`, 'reader');
  const migrator = roleName(options.migrator ?? `${schema.plain}_migrator`, 'migrator');
  if (new Set([application, reader, migrator]).size < 3)
    throw invalid('application', 'two roles have one name');

  return [
    'BEGIN;',
    section('The roles. Grant them to those who log in.', [application, reader, migrator].map(made)),
    section('Whoever migrates owns everything, and nobody else has a right that is not given below.', [
      `ALTER SCHEMA ${schema.quoted} OWNER TO "${migrator}";`,
      owned(schema, migrator),
      `REVOKE ALL ON SCHEMA ${schema.quoted} FROM PUBLIC, "${application}", "${reader}";`,
      `REVOKE ALL ON ALL TABLES IN SCHEMA ${schema.quoted} FROM PUBLIC, "${application}", "${reader}";`,
      revokedColumns(schema, [application, reader]),
      `GRANT USAGE ON SCHEMA ${schema.quoted} TO "${application}", "${reader}";`,
    ]),
    section('The application: what the store does, and no more.', granted(schema, application)),
    // Table by table: partitions have no policies of their own, and are read through their tables.
    section('The reader: reads.', read(schema, reader)),
    ...(options.rowSecurity === true
      ? [section('A transaction sees the rows of the program that it names.', policies(schema))]
      : []),
    'COMMIT;',
    '',
  ].join('\n\n');
}

/** What a name may hold needs no more than quotes, also inside a string or between dollar signs. */
const ROLE = /^[A-Za-z_][A-Za-z0-9_.@-]{0,62}$/;
const RESERVED = new Set(['public', 'none', 'current_user', 'current_role', 'session_user']);

function roleName(name: unknown, field: string): string {
  if (typeof name === 'string' && ROLE.test(name) && !name.startsWith('pg_') && !RESERVED.has(name))
    return name;
  throw invalid(
    field,
    'the name of a role must be letters, digits and _ . @ -, at most 63, begin with a letter, and not be a reserved one',
  );
}

function invalid(field: string, reason: string): PayoutError {
  return new PayoutError('INVALID_ID', { field, reason });
}

function section(title: string, statements: readonly string[]): string {
  return [`-- ${title}`, ...statements].join('\n');
}

function made(role: string): string {
  return `DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '${role}') THEN CREATE ROLE "${role}" NOLOGIN; END IF;
END $$;`;
}

/** Only what has another owner: giving what one has already takes rights that one may not have. */
function owned(schema: SchemaName, role: string): string {
  return `DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT c.oid::regclass AS name FROM pg_catalog.pg_class c
    WHERE c.relnamespace = '${schema.quoted}'::regnamespace AND c.relkind IN ('r', 'p', 'v')
      AND c.relowner <> '"${role}"'::regrole
  LOOP EXECUTE pg_catalog.format('ALTER TABLE %s OWNER TO "${role}"', found.name); END LOOP;
  FOR found IN SELECT p.oid::regprocedure AS name FROM pg_catalog.pg_proc p
    WHERE p.pronamespace = '${schema.quoted}'::regnamespace AND p.proowner <> '"${role}"'::regrole
  LOOP EXECUTE pg_catalog.format('ALTER FUNCTION %s OWNER TO "${role}"', found.name); END LOOP;
END $$;`;
}

/** Rights on single columns are not taken away with those on their table. */
function revokedColumns(schema: SchemaName, roles: readonly string[]): string {
  const from = roles.map((role) => `"${role}"`).join(', ');
  return `DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT a.attrelid::regclass AS name, pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ') AS columns
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = '${schema.quoted}'::regnamespace AND a.attacl IS NOT NULL GROUP BY a.attrelid
  LOOP EXECUTE pg_catalog.format('REVOKE ALL (%s) ON %s FROM ${from}', found.columns, found.name); END LOOP;
END $$;`;
}

function granted(schema: SchemaName, role: string): readonly string[] {
  return Object.entries(TABLE_RIGHTS).map(([table, { insert, update }]) => {
    const rights = [
      'SELECT',
      ...(insert ? ['INSERT'] : []),
      ...(update.length > 0 ? [updating(update)] : []),
    ];
    return `GRANT ${rights.join(', ')} ON ${schema.quoted}.${table} TO "${role}";`;
  });
}

function read(schema: SchemaName, role: string): readonly string[] {
  return Object.keys(TABLE_RIGHTS).map((table) => `GRANT SELECT ON ${schema.quoted}.${table} TO "${role}";`);
}

function updating(columns: readonly string[]): string {
  return `UPDATE (${columns.join(', ')})`;
}

/** Nothing is seen, and nothing can be written, where no program is named. The owner is not bound. */
function policies(schema: SchemaName): readonly string[] {
  return Object.entries(TABLE_RIGHTS)
    .filter(([, { ofProgram }]) => ofProgram)
    .flatMap(([table]) => [
      `ALTER TABLE ${schema.quoted}.${table} ENABLE ROW LEVEL SECURITY;`,
      `DROP POLICY IF EXISTS of_program ON ${schema.quoted}.${table};`,
      `CREATE POLICY of_program ON ${schema.quoted}.${table}
  USING (program = (SELECT pg_catalog.current_setting('${PROGRAM_SETTING}', true)));`,
    ]);
}
