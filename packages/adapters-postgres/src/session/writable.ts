/** A row while it is being read. */
export type Writable<Row> = { -readonly [Name in keyof Row]: Row[Name] };
