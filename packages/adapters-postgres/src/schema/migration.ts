/** One step from one schema to the next. Never changed once released. */
export interface Migration {
  /** Counted from 1, without gaps. */
  readonly id: number;
  readonly name: string;
  /** Whether releases that do not know it must stop using the schema. Marked in the file by a line `-- breaking`. */
  readonly breaking: boolean;
  /** SHA-256 of the file, in hex. */
  readonly checksum: string;
  readonly sql: string;
}

/** Where a schema keeps which migrations it has. Found by search_path, as all that migrations name. */
export const MIGRATION_TABLE = `CREATE TABLE migration (
  id integer PRIMARY KEY,
  name text NOT NULL,
  checksum text NOT NULL,
  breaking boolean NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)`;
