import { DEMO_BANK_TABLES } from '@payout-engines/example-kit';

/** The app's own tables. What pays creators is personal data: it stands apart, and nothing else has it. */
export const TABLES = `
  CREATE TABLE IF NOT EXISTS creator (
    id text PRIMARY KEY,
    name text NOT NULL,
    invited_by text REFERENCES creator (id)
  );
  CREATE INDEX IF NOT EXISTS creator_invited_by ON creator (invited_by);
  CREATE TABLE IF NOT EXISTS creator_wallet (
    creator text PRIMARY KEY REFERENCES creator (id),
    address text NOT NULL,
    version integer NOT NULL,
    since timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE IF NOT EXISTS revenue (
    period text NOT NULL,
    source text NOT NULL,
    amount bigint NOT NULL CHECK (amount >= 0),
    said_by text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (period, source)
  );
  CREATE TABLE IF NOT EXISTS period_run (
    period text PRIMARY KEY,
    started_by text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    reviewed text,
    step text NOT NULL DEFAULT 'validate',
    done integer NOT NULL DEFAULT 0,
    total integer,
    failed text,
    finished_at timestamptz
  );
  CREATE TABLE IF NOT EXISTS message (
    id text PRIMARY KEY,
    kind text NOT NULL,
    creator text,
    period text,
    body text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX IF NOT EXISTS message_at ON message (at DESC, id);
  ${DEMO_BANK_TABLES}`;
