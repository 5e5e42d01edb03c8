import { PayoutError } from '@payout-engines/core';

/** The schema that is used when none is named. */
export const DEFAULT_SCHEMA = 'payouts';

/** The name of a schema, checked and quoted: the only identifier that ever comes from outside. */
export class SchemaName {
  /** As it stands in SQL. */
  readonly quoted: string;
  readonly plain: string;

  /** @throws {@link PayoutError} with code `INVALID_ID` */
  constructor(name: unknown) {
    this.plain = checked(name);
    this.quoted = `"${this.plain}"`;
  }
}

const ALLOWED = /^[a-z_][a-z0-9_]{0,62}$/;
const RESERVED = /^pg_|^information_schema$/;

function checked(name: unknown): string {
  if (typeof name === 'string' && ALLOWED.test(name) && !RESERVED.test(name)) return name;
  throw new PayoutError('INVALID_ID', {
    field: 'schema',
    reason:
      'it must be lower-case letters, digits and underscores, at most 63, not begin with a digit or pg_, and not be information_schema',
  });
}
