import { DEMO_BANK_TABLES } from '@payout-engines/example-kit';

/** The app's own tables. What pays partners is personal data: it stands apart, and nothing else has it. */
export const TABLES = `
  CREATE TABLE IF NOT EXISTS partner (
    id text PRIMARY KEY,
    name text NOT NULL
  );
  CREATE TABLE IF NOT EXISTS partner_bank_account (
    partner text PRIMARY KEY REFERENCES partner (id),
    iban text NOT NULL
  );
  CREATE TABLE IF NOT EXISTS sale (
    id text PRIMARY KEY,
    partner text NOT NULL REFERENCES partner (id),
    kind text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    refunded bigint NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND amount),
    at timestamptz NOT NULL,
    commission text NOT NULL,
    earning text
  );
  CREATE INDEX IF NOT EXISTS sale_of ON sale (partner, at);
  CREATE TABLE IF NOT EXISTS refund (
    id text PRIMARY KEY,
    sale text NOT NULL REFERENCES sale (id),
    amount bigint NOT NULL CHECK (amount > 0),
    taken_back bigint NOT NULL CHECK (taken_back >= 0),
    at timestamptz NOT NULL DEFAULT now(),
    applied boolean NOT NULL DEFAULT false
  );
  ${DEMO_BANK_TABLES}`;
