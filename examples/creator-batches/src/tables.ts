import { DEMO_STRIPE_TABLES } from './stripe/demo-stripe.ts';

/**
 * The app's own tables. Banks and identities of creators are in none: they are with Stripe, and the library knows an
 * account there by its id.
 */
export const TABLES = `
  CREATE TABLE IF NOT EXISTS creator (
    id text PRIMARY KEY,
    name text NOT NULL
  );
  CREATE TABLE IF NOT EXISTS token_rate (
    since timestamptz PRIMARY KEY,
    cents text NOT NULL
  );
  CREATE TABLE IF NOT EXISTS fan_payment (
    id text PRIMARY KEY,
    creator text NOT NULL REFERENCES creator (id),
    kind text NOT NULL CHECK (kind IN ('tip', 'call')),
    tokens bigint NOT NULL CHECK (tokens > 0),
    at timestamptz NOT NULL,
    rate text NOT NULL,
    amount bigint NOT NULL,
    earning text NOT NULL
  );
  CREATE INDEX IF NOT EXISTS fan_payment_of ON fan_payment (creator, at);
  CREATE TABLE IF NOT EXISTS charge_back (
    payment text PRIMARY KEY REFERENCES fan_payment (id),
    at timestamptz NOT NULL DEFAULT now(),
    by text NOT NULL,
    applied boolean NOT NULL DEFAULT false
  );
  CREATE TABLE IF NOT EXISTS batch_run (
    key text PRIMARY KEY,
    payday timestamptz NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT now(),
    opened_by text NOT NULL,
    queued_at timestamptz
  );
  CREATE TABLE IF NOT EXISTS deed (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    who text NOT NULL,
    what text NOT NULL,
    about text
  );
  ${DEMO_STRIPE_TABLES}`;
