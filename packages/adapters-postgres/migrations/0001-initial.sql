-- Everything the Store keeps. Names are found by search_path, which the one who applies this sets to the schema.
--
-- Every key starts with the program, so that a distributed Postgres can keep a program on one node. Ids are compared by
-- their bytes (COLLATE "C"): no locale takes one id for another, and no update of a locale breaks an index. Amounts are
-- BIGINT minor units: NUMERIC would let NaN and Infinity in. The rules of money are decided in TypeScript; the CHECKs
-- stand behind them.

CREATE TABLE transfer (
  program text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  debit text COLLATE "C" NOT NULL,
  credit text COLLATE "C" NOT NULL,
  currency text COLLATE "C" NOT NULL,
  asked bigint NOT NULL,
  moved bigint NOT NULL,
  kind text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  at_most boolean NOT NULL,
  reverses text COLLATE "C",
  at timestamptz NOT NULL,
  PRIMARY KEY (program, id),
  CONSTRAINT transfer_asks CHECK (asked > 0),
  CONSTRAINT transfer_moves CHECK (moved >= 0 AND moved <= asked AND (at_most OR moved = asked)),
  CONSTRAINT transfer_between_two CHECK (debit <> credit)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or removed; post a reversal instead', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transfer
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Half of each page stays free and the balance has no index, so that an update stays on its page (HOT).
CREATE TABLE account (
  program text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  currency text COLLATE "C" NOT NULL,
  balance bigint NOT NULL,
  PRIMARY KEY (program, account, currency),
  CONSTRAINT account_covered CHECK (
    balance >= 0
    OR account IN ('funding', 'differences')
    OR account LIKE 'outside/%'
    OR account LIKE 'fees/%'
    -- Debt that a reversal leaves.
    OR account ~ '^participant/[^/]+/available$'
  )
) WITH (fillfactor = 50);

-- One row for each transfer that was reversed: the lock that reversals of it take, and their bound.
CREATE TABLE reversal_total (
  program text COLLATE "C" NOT NULL,
  transfer text COLLATE "C" NOT NULL,
  moved bigint NOT NULL,
  reversed bigint NOT NULL,
  PRIMARY KEY (program, transfer),
  FOREIGN KEY (program, transfer) REFERENCES transfer (program, id),
  CONSTRAINT reversal_total_bound CHECK (reversed >= 0 AND reversed <= moved)
) WITH (fillfactor = 70);

CREATE TABLE earning (
  program text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  participant text COLLATE "C" NOT NULL,
  currency text COLLATE "C" NOT NULL,
  amount bigint NOT NULL,
  kind text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  held bigint NOT NULL,
  released bigint NOT NULL,
  reversed bigint NOT NULL,
  hold_until timestamptz,
  hold_condition text COLLATE "C",
  PRIMARY KEY (program, id),
  CONSTRAINT earning_parts CHECK (
    amount > 0 AND held >= 0 AND released >= 0 AND reversed >= 0
    AND held <= amount AND released <= amount - held AND reversed <= amount
  ),
  CONSTRAINT earning_hold CHECK (hold_condition IN ('verified'))
) WITH (fillfactor = 80);

-- That no two periods of a program overlap is checked under program_lock. An exclusion constraint would need btree_gist,
-- which not every server has and distributed engines refuse; the unique bounds stop the commonest overlap.
CREATE TABLE period (
  program text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  start_at timestamptz NOT NULL,
  end_at timestamptz NOT NULL,
  state text COLLATE "C" NOT NULL,
  PRIMARY KEY (program, id),
  UNIQUE (program, start_at),
  UNIQUE (program, end_at),
  CONSTRAINT period_bounds CHECK (start_at < end_at),
  CONSTRAINT period_state CHECK (state IN ('open', 'closing', 'closed'))
);

-- A row is its own membership of one period. No foreign key: the period is locked when a row is placed, and a check a
-- row would double the cost of recording.
CREATE TABLE interaction (
  program text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  participant text COLLATE "C" NOT NULL,
  actor text COLLATE "C",
  at timestamptz NOT NULL,
  period text COLLATE "C" NOT NULL,
  PRIMARY KEY (program, id)
);

CREATE INDEX interaction_period ON interaction (program, period);

CREATE TABLE participant (
  program text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  active boolean NOT NULL,
  tier text COLLATE "C",
  verified boolean NOT NULL,
  destination_id text COLLATE "C",
  destination_version bigint,
  PRIMARY KEY (program, id),
  CONSTRAINT participant_destination CHECK ((destination_id IS NULL) = (destination_version IS NULL))
) WITH (fillfactor = 80);

-- That the graph has no cycle is checked under program_lock.
CREATE TABLE referral (
  program text COLLATE "C" NOT NULL,
  referred text COLLATE "C" NOT NULL,
  referrer text COLLATE "C" NOT NULL,
  since timestamptz NOT NULL,
  PRIMARY KEY (program, referred),
  CONSTRAINT referral_of_another CHECK (referrer <> referred)
);

CREATE TABLE plan (
  program text COLLATE "C" NOT NULL,
  period text COLLATE "C" NOT NULL,
  revision integer NOT NULL,
  digest text COLLATE "C" NOT NULL,
  -- TEXT, not JSONB: what was digested comes back to the byte.
  header text COLLATE "C" NOT NULL,
  pages integer NOT NULL,
  step text COLLATE "C" NOT NULL,
  page integer NOT NULL,
  PRIMARY KEY (program, period, revision),
  CONSTRAINT plan_numbers CHECK (revision >= 0 AND pages >= 0 AND page >= 0),
  CONSTRAINT plan_step CHECK (step IN ('pool', 'shares', 'bonuses', 'notifications', 'done'))
) WITH (fillfactor = 70);

CREATE TABLE plan_page (
  program text COLLATE "C" NOT NULL,
  period text COLLATE "C" NOT NULL,
  revision integer NOT NULL,
  page integer NOT NULL,
  content text COLLATE "C" NOT NULL,
  PRIMARY KEY (program, period, revision, page),
  FOREIGN KEY (program, period, revision) REFERENCES plan (program, period, revision)
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_page
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE notification (
  program text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL,
  leased_until timestamptz NOT NULL DEFAULT 'epoch',
  delivered_at timestamptz,
  PRIMARY KEY (program, id)
) WITH (fillfactor = 80);

CREATE INDEX notification_waiting ON notification (program, leased_until) WHERE delivered_at IS NULL;

-- Rows that exist to be locked: who holds ('p', 'referrals') is the only one to change the referrals of program p.
CREATE TABLE program_lock (
  program text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  PRIMARY KEY (program, name)
);
