/** The app's own tables. Where clippers are paid is personal data: it stands apart, and nothing else has it. */
export const TABLES = `
  CREATE TABLE IF NOT EXISTS clipper (
    id text PRIMARY KEY,
    name text NOT NULL
  );
  CREATE TABLE IF NOT EXISTS payment_details (
    clipper text PRIMARY KEY REFERENCES clipper (id),
    address text NOT NULL,
    version integer NOT NULL
  );
  CREATE TABLE IF NOT EXISTS payout_log (
    key text PRIMARY KEY,
    payout text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    by text NOT NULL,
    what text NOT NULL
  );
  CREATE INDEX IF NOT EXISTS payout_log_of ON payout_log (payout, at);
  CREATE TABLE IF NOT EXISTS campaign_page (
    id text PRIMARY KEY,
    key text NOT NULL UNIQUE,
    name text NOT NULL,
    brief text NOT NULL
  );
  CREATE TABLE IF NOT EXISTS campaign_log (
    key text PRIMARY KEY,
    campaign text NOT NULL,
    clip text,
    at timestamptz NOT NULL DEFAULT now(),
    by text NOT NULL,
    what text NOT NULL
  );
  CREATE INDEX IF NOT EXISTS campaign_log_of ON campaign_log (campaign, at);
  CREATE INDEX IF NOT EXISTS campaign_log_of_clip ON campaign_log (clip, at);
  CREATE TABLE IF NOT EXISTS submission (
    clip text PRIMARY KEY,
    key text NOT NULL,
    clipper text NOT NULL REFERENCES clipper (id)
  );
  CREATE TABLE IF NOT EXISTS tracking_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    by text NOT NULL,
    looked integer NOT NULL,
    failed integer NOT NULL,
    earned bigint NOT NULL,
    ended integer NOT NULL
  );
  CREATE TABLE IF NOT EXISTS simulated_world (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    since timestamptz NOT NULL
  )`;
