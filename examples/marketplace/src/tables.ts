import { DEMO_BANK_TABLES } from '@payout-engines/example-kit';

/** The app's own tables. What pays members is personal data: it stands apart, and nothing else has it. */
export const TABLES = `
  CREATE TABLE IF NOT EXISTS member (
    id text PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('seller', 'scout'))
  );
  CREATE TABLE IF NOT EXISTS member_bank_account (
    member text PRIMARY KEY REFERENCES member (id),
    ifsc text NOT NULL,
    number text NOT NULL
  );
  CREATE TABLE IF NOT EXISTS market_order (
    id text PRIMARY KEY,
    seller text NOT NULL REFERENCES member (id),
    scout text REFERENCES member (id),
    item text NOT NULL,
    price bigint NOT NULL CHECK (price > 0),
    refunded bigint NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND price),
    placed_at timestamptz NOT NULL,
    completed_at timestamptz,
    completed_by text,
    earning text,
    bounty text
  );
  CREATE INDEX IF NOT EXISTS market_order_of ON market_order (seller, placed_at);
  CREATE TABLE IF NOT EXISTS refund (
    id text PRIMARY KEY,
    market_order text NOT NULL REFERENCES market_order (id),
    amount bigint NOT NULL CHECK (amount > 0),
    by text NOT NULL,
    at timestamptz NOT NULL
  );
  CREATE TABLE IF NOT EXISTS entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member text NOT NULL REFERENCES member (id),
    kind text NOT NULL,
    amount bigint NOT NULL,
    market_order text,
    earning text,
    at timestamptz NOT NULL
  );
  CREATE INDEX IF NOT EXISTS entry_of ON entry (member, id);
  CREATE TABLE IF NOT EXISTS payout_entry (
    payout text NOT NULL,
    entry bigint NOT NULL REFERENCES entry (id),
    number bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (payout, entry)
  );
  CREATE INDEX IF NOT EXISTS payout_entry_of ON payout_entry (entry);
  CREATE TABLE IF NOT EXISTS deed (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payout text NOT NULL,
    by text NOT NULL,
    what text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX IF NOT EXISTS deed_of ON deed (payout);
  ${DEMO_BANK_TABLES}`;
