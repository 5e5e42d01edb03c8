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
