// Made by scripts/embed-migrations.mjs from ../../migrations; a test compares the two.
import type { Migration } from './migration.ts';

export const MIGRATIONS: readonly Migration[] = [
  {
    id: 1,
    name: 'initial',
    breaking: false,
    checksum: '8bf76a7137e5b7c42d8349c7d02f763aa97a7447964fa6ff256530277d634554',
    sql: `-- Everything the Store keeps. Names are found by search_path, which the one who applies this sets to the schema.
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
`,
  },
  {
    id: 2,
    name: 'payouts',
    breaking: false,
    checksum: '9c72869f5852f421ade252c4048d5a94083f61a274596911b5adfc7e7988faa8',
    sql: `-- Payouts, their attempts and what providers moved, and what earnings need to be held, released and reversed.
--
-- Adds only: columns come empty, and a CHECK that goes is replaced by one that lets in all that it did. As in the first
-- migration, the rules of money are decided in TypeScript, and CHECKs, unique keys and triggers stand behind them.
--
-- Every index but the primary key has a condition, be it one that always holds. Where statistics say that a program has
-- one row, any index that begins with the program looks as good as the key; a program that has just been filled would
-- be read whole for each id. A statement that does not name the condition cannot take that index.

-- A hold may wait for anything that has a name, not for verification alone.
ALTER TABLE earning
  DROP CONSTRAINT earning_hold,
  ADD COLUMN fulfilled boolean,
  ADD COLUMN bonus_of text COLLATE "C",
  ADD COLUMN bonus_rate text COLLATE "C",
  ADD COLUMN conversion_unit text COLLATE "C",
  ADD COLUMN conversion_quantity text COLLATE "C",
  ADD COLUMN conversion_rate text COLLATE "C",
  ADD COLUMN conversion_rounding text COLLATE "C",
  ADD CONSTRAINT earning_hold CHECK (hold_condition <> ''),
  ADD CONSTRAINT earning_bonus CHECK ((bonus_of IS NULL) = (bonus_rate IS NULL) AND bonus_of <> id),
  ADD CONSTRAINT earning_conversion CHECK (
    num_nulls(conversion_unit, conversion_quantity, conversion_rate, conversion_rounding) IN (0, 4)
  );

-- What has no time comes first. An expression, as NULLs cannot be compared with a cursor.
CREATE INDEX earning_due ON earning (program, coalesce(hold_until, '-infinity'::timestamptz), id) WHERE held > 0;

CREATE INDEX earning_bonus_of ON earning (program, bonus_of, id) WHERE bonus_of IS NOT NULL;

-- All earnings of a participant, and among them those with a held part: one index, as each costs a period close time.
CREATE INDEX earning_participant ON earning (program, participant, (held > 0), id) WHERE amount > 0;

-- The index of the first migration, with a condition.
DROP INDEX interaction_period;

CREATE INDEX interaction_period ON interaction (program, period) WHERE period <> '';

-- The destination that a participant had last is kept in columns of its own when there is none now: another one after
-- it is a change of destination all the same.
ALTER TABLE participant
  ADD COLUMN destination_provider text COLLATE "C",
  ADD COLUMN destination_since timestamptz,
  ADD COLUMN removed_id text COLLATE "C",
  ADD COLUMN removed_version bigint,
  ADD COLUMN removed_provider text COLLATE "C",
  ADD COLUMN removed_since timestamptz,
  ADD CONSTRAINT participant_destination_parts CHECK (
    destination_id IS NOT NULL OR (destination_provider IS NULL AND destination_since IS NULL)
  ),
  ADD CONSTRAINT participant_removed_parts CHECK (
    (removed_id IS NULL) = (removed_version IS NULL)
    AND (removed_id IS NOT NULL OR (removed_provider IS NULL AND removed_since IS NULL))
  );

-- Versions of destinations from which money came back.
CREATE TABLE blocked_destination (
  program text COLLATE "C" NOT NULL,
  provider text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (program, provider, id, version)
);

CREATE FUNCTION refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what a row of % was made with never changes, and the row is never removed', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TABLE payout (
  program text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  -- frozen when it is opened
  participant text COLLATE "C" NOT NULL,
  currency text COLLATE "C" NOT NULL,
  amount bigint NOT NULL,
  fee bigint NOT NULL,
  fee_bearer text COLLATE "C" NOT NULL,
  batch text COLLATE "C",
  requested_by text COLLATE "C" NOT NULL,
  opened_at timestamptz NOT NULL,
  -- changes
  state text COLLATE "C" NOT NULL,
  provider text COLLATE "C" NOT NULL,
  destination_id text COLLATE "C",
  destination_version bigint,
  approved_by text COLLATE "C",
  approved_at timestamptz,
  approval_digest text COLLATE "C",
  attempt bigint NOT NULL,
  fence bigint NOT NULL,
  due_at timestamptz NOT NULL,
  epoch bigint NOT NULL,
  reason text COLLATE "C",
  note text COLLATE "C",
  paid bigint NOT NULL,
  returned bigint NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (program, id),
  CONSTRAINT payout_amount CHECK (amount > 0),
  CONSTRAINT payout_fee CHECK (fee >= 0 AND fee_bearer IN ('participant', 'platform')),
  CONSTRAINT payout_state CHECK (
    state IN (
      'pending', 'approved', 'processing', 'needs_review', 'completed', 'returned', 'failed', 'rejected', 'cancelled'
    )
  ),
  CONSTRAINT payout_destination CHECK ((destination_id IS NULL) = (destination_version IS NULL)),
  CONSTRAINT payout_approval CHECK (num_nulls(approved_by, approved_at, approval_digest) IN (0, 3)),
  CONSTRAINT payout_numbers CHECK (attempt >= 1 AND fence >= 0 AND epoch >= 0),
  CONSTRAINT payout_paid CHECK (paid >= 0 AND returned >= 0 AND returned <= paid)
) WITH (fillfactor = 80);

-- The states are those that workers take payouts in.
CREATE INDEX payout_due ON payout (program, due_at, id) WHERE state IN ('pending', 'approved', 'processing');

CREATE INDEX payout_open ON payout (program, participant)
  WHERE state IN ('pending', 'approved', 'processing', 'needs_review');

CREATE INDEX payout_newest ON payout (program, opened_at DESC, id DESC) WHERE amount > 0;

CREATE INDEX payout_participant ON payout (program, participant, opened_at DESC, id DESC) WHERE amount > 0;

CREATE INDEX payout_batch ON payout (program, batch, opened_at DESC, id DESC) WHERE batch IS NOT NULL;

CREATE TRIGGER frozen BEFORE UPDATE ON payout FOR EACH ROW
  WHEN (
    (OLD.program, OLD.id, OLD.participant, OLD.currency, OLD.amount, OLD.fee, OLD.fee_bearer, OLD.batch,
      OLD.requested_by, OLD.opened_at)
    IS DISTINCT FROM
    (NEW.program, NEW.id, NEW.participant, NEW.currency, NEW.amount, NEW.fee, NEW.fee_bearer, NEW.batch,
      NEW.requested_by, NEW.opened_at)
    OR NEW.fence < OLD.fence
  )
  EXECUTE FUNCTION refuse_frozen();

CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON payout
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen();

CREATE TABLE attempt (
  program text COLLATE "C" NOT NULL,
  payout text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  -- frozen when it is made
  participant text COLLATE "C" NOT NULL,
  currency text COLLATE "C" NOT NULL,
  net bigint NOT NULL,
  provider text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  environment text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  -- TEXT, not JSONB: every send carries these bytes.
  request text COLLATE "C" NOT NULL,
  opened_at timestamptz NOT NULL,
  -- changes
  paid_by text COLLATE "C",
  first_sent_at timestamptz NOT NULL,
  last_sent_at timestamptz NOT NULL,
  sends bigint NOT NULL,
  not_executed bigint NOT NULL,
  tries bigint NOT NULL,
  absent_at timestamptz,
  pending_object text COLLATE "C",
  ended_as text COLLATE "C",
  code text COLLATE "C",
  ended_at timestamptz,
  PRIMARY KEY (program, payout, number),
  FOREIGN KEY (program, payout) REFERENCES payout (program, id),
  CONSTRAINT attempt_net CHECK (net > 0),
  CONSTRAINT attempt_environment CHECK (environment IN ('live', 'test')),
  CONSTRAINT attempt_numbers CHECK (number >= 1 AND sends >= 0 AND not_executed >= 0 AND tries >= 0),
  CONSTRAINT attempt_end CHECK (
    (ended_as IS NULL) = (ended_at IS NULL)
    AND ended_as IN ('paid', 'refused', 'absent', 'not_sent', 'declared_failed')
  )
) WITH (fillfactor = 70);

-- An idempotency key belongs to one attempt. The condition always holds.
CREATE UNIQUE INDEX attempt_key ON attempt (program, key) WHERE net > 0;

-- A payout has at most one live attempt: two could both be sent.
CREATE UNIQUE INDEX attempt_one_live ON attempt (program, payout) WHERE ended_as IS NULL;

-- What may have left since an instant: attempts that are open, as if they ended at the end of time, or were paid.
CREATE INDEX attempt_outflow ON attempt (program, coalesce(ended_at, 'infinity'::timestamptz))
  WHERE ended_as IS NULL OR ended_as = 'paid';

CREATE TRIGGER frozen BEFORE UPDATE ON attempt FOR EACH ROW
  WHEN (
    (OLD.program, OLD.payout, OLD.number, OLD.participant, OLD.currency, OLD.net, OLD.provider, OLD.account,
      OLD.environment, OLD.key, OLD.request, OLD.opened_at)
    IS DISTINCT FROM
    (NEW.program, NEW.payout, NEW.number, NEW.participant, NEW.currency, NEW.net, NEW.provider, NEW.account,
      NEW.environment, NEW.key, NEW.request, NEW.opened_at)
  )
  EXECUTE FUNCTION refuse_frozen();

CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON attempt
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen();

-- No foreign key to the attempt: after a restore, what a provider moved can name an attempt that was lost.
CREATE TABLE movement (
  program text COLLATE "C" NOT NULL,
  provider text COLLATE "C" NOT NULL,
  object text COLLATE "C" NOT NULL,
  payout text COLLATE "C" NOT NULL,
  attempt bigint NOT NULL,
  moved bigint NOT NULL,
  returned bigint NOT NULL,
  booked_at timestamptz NOT NULL,
  PRIMARY KEY (program, provider, object),
  FOREIGN KEY (program, payout) REFERENCES payout (program, id),
  CONSTRAINT movement_attempt CHECK (attempt >= 1),
  CONSTRAINT movement_moved CHECK (moved > 0),
  CONSTRAINT movement_returned CHECK (returned >= 0 AND returned <= moved)
) WITH (fillfactor = 90);

CREATE INDEX movement_payout ON movement (program, payout) WHERE moved > 0;

CREATE TRIGGER frozen BEFORE UPDATE ON movement FOR EACH ROW
  WHEN (
    (OLD.program, OLD.provider, OLD.object, OLD.payout, OLD.attempt, OLD.moved, OLD.booked_at)
    IS DISTINCT FROM
    (NEW.program, NEW.provider, NEW.object, NEW.payout, NEW.attempt, NEW.moved, NEW.booked_at)
  )
  EXECUTE FUNCTION refuse_frozen();

CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON movement
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen();

CREATE TABLE batch (
  program text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  opened_at timestamptz NOT NULL,
  request text COLLATE "C" NOT NULL,
  pages bigint NOT NULL,
  page bigint NOT NULL,
  PRIMARY KEY (program, key),
  CONSTRAINT batch_numbers CHECK (pages >= 0 AND page >= 0)
) WITH (fillfactor = 70);

CREATE TABLE batch_page (
  program text COLLATE "C" NOT NULL,
  batch text COLLATE "C" NOT NULL,
  page bigint NOT NULL,
  content text COLLATE "C" NOT NULL,
  left_out text COLLATE "C",
  PRIMARY KEY (program, batch, page),
  FOREIGN KEY (program, batch) REFERENCES batch (program, key)
);

CREATE TRIGGER frozen BEFORE UPDATE ON batch_page FOR EACH ROW
  WHEN (
    (OLD.program, OLD.batch, OLD.page, OLD.content) IS DISTINCT FROM (NEW.program, NEW.batch, NEW.page, NEW.content)
  )
  EXECUTE FUNCTION refuse_frozen();

CREATE TABLE reversal (
  program text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  -- No foreign key: a reversal can arrive before its earning.
  earning text COLLATE "C" NOT NULL,
  amount bigint,
  reason text COLLATE "C" NOT NULL,
  applied bigint,
  PRIMARY KEY (program, key),
  CONSTRAINT reversal_amount CHECK (amount > 0),
  CONSTRAINT reversal_applied CHECK (applied >= 0)
) WITH (fillfactor = 80);

CREATE INDEX reversal_waiting ON reversal (program, earning, key) WHERE applied IS NULL;

CREATE TRIGGER frozen BEFORE UPDATE ON reversal FOR EACH ROW
  WHEN (
    (OLD.program, OLD.key, OLD.earning, OLD.amount, OLD.reason)
    IS DISTINCT FROM
    (NEW.program, NEW.key, NEW.earning, NEW.amount, NEW.reason)
  )
  EXECUTE FUNCTION refuse_frozen();

-- Events that had their effect. The time is for whoever removes those that no provider repeats any more.
CREATE TABLE event (
  program text COLLATE "C" NOT NULL,
  provider text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (program, provider, id)
);

CREATE TABLE control (
  program text COLLATE "C" NOT NULL,
  epoch bigint NOT NULL,
  halts text COLLATE "C" NOT NULL,
  -- When the epoch was last raised, and since when the store may have forgotten what happened.
  restored_at timestamptz,
  restored_since timestamptz,
  PRIMARY KEY (program),
  CONSTRAINT control_epoch CHECK (epoch >= 0),
  CONSTRAINT control_restored CHECK ((restored_at IS NULL) = (restored_since IS NULL))
);
`,
  },
  {
    id: 3,
    name: 'blocks',
    breaking: false,
    checksum: '084380693d2eb34678aac178c60d3e6d41ec59abc4ab9429e30fd3661cc16243',
    sql: `-- Sealing: blocks of transfers, each under a hash that commits to the one before.
--
-- Adds tables only, so that releases that know nothing of them go on writing transfers. What is sealed stands here and
-- not in the transfers, which are never changed: a transfer that commits late, or is written by an older release, is one
-- without an entry, and gets into the next block.

CREATE TABLE block (
  program text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  previous text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  transfers bigint NOT NULL,
  sealed_at timestamptz NOT NULL,
  PRIMARY KEY (program, number),
  CONSTRAINT block_numbers CHECK (number >= 1 AND transfers >= 1),
  CONSTRAINT block_hashes CHECK (previous ~ '^[0-9a-f]{64}$' AND hash ~ '^[0-9a-f]{64}$'),
  CONSTRAINT block_sealed_at CHECK (sealed_at = date_trunc('milliseconds', sealed_at))
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON block
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- No foreign key to the transfer: its check would lock, and so rewrite, every transfer that is sealed. That each entry
-- has its transfer is what verify looks for.
CREATE TABLE block_entry (
  program text COLLATE "C" NOT NULL,
  block bigint NOT NULL,
  place integer NOT NULL,
  transfer text COLLATE "C" NOT NULL,
  -- SHA-256 of what the transfer said when it was sealed.
  digest bytea NOT NULL,
  PRIMARY KEY (program, block, place),
  FOREIGN KEY (program, block) REFERENCES block (program, number),
  CONSTRAINT block_entry_place CHECK (place >= 1),
  CONSTRAINT block_entry_digest CHECK (length(digest) = 32)
);

-- A transfer is in one block at most, and whether it is in one is looked up here.
CREATE UNIQUE INDEX block_entry_transfer ON block_entry (program, transfer) WHERE place > 0;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON block_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`,
  },
  {
    id: 4,
    name: 'campaigns',
    breaking: false,
    checksum: 'e628ff9173043933ff31ea36f95b82591c1d900babb46f14a7dd76b696d73f63',
    sql: `-- Campaigns, their clips, and what was read of them.
--
-- Adds tables only. As in the migrations before, the rules of money are decided in TypeScript, CHECKs and triggers stand
-- behind them, and every index but the primary key has a condition, be it one that always holds.

CREATE TABLE campaign (
  program text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  -- frozen when it is created
  currency text COLLATE "C" NOT NULL,
  terms text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL,
  -- changes
  state text COLLATE "C" NOT NULL,
  rates text COLLATE "C" NOT NULL,
  deposited bigint NOT NULL,
  refunded bigint NOT NULL,
  spent bigint NOT NULL,
  recent text COLLATE "C" NOT NULL,
  active_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  completed_at timestamptz,
  reason text COLLATE "C",
  PRIMARY KEY (program, id),
  CONSTRAINT campaign_state CHECK (state IN ('draft', 'running', 'paused', 'completed')),
  -- Behind the lock under which every tracker decides: nothing is spent that was not deposited.
  CONSTRAINT campaign_budget CHECK (deposited >= 0 AND refunded >= 0 AND spent >= 0 AND spent <= deposited - refunded),
  CONSTRAINT campaign_completed CHECK (
    (state = 'completed') = (completed_at IS NOT NULL) AND (state = 'completed') = (reason IS NOT NULL)
    AND reason IN ('spent', 'ended', 'idle', 'operator')
  )
) WITH (fillfactor = 50);

CREATE INDEX campaign_due ON campaign (program, due_at, id) WHERE deposited >= 0;

CREATE TRIGGER frozen BEFORE UPDATE ON campaign FOR EACH ROW
  WHEN (
    (OLD.program, OLD.id, OLD.currency, OLD.terms, OLD.created_at)
    IS DISTINCT FROM
    (NEW.program, NEW.id, NEW.currency, NEW.terms, NEW.created_at)
    -- What is completed is completed.
    OR (OLD.state = 'completed' AND NEW.state <> 'completed')
  )
  EXECUTE FUNCTION refuse_frozen();

CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON campaign
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen();

-- What participants have earned in campaigns that cap it: written under the lock of the campaign.
CREATE TABLE campaign_spend (
  program text COLLATE "C" NOT NULL,
  campaign text COLLATE "C" NOT NULL,
  participant text COLLATE "C" NOT NULL,
  earned bigint NOT NULL,
  PRIMARY KEY (program, campaign, participant),
  CONSTRAINT campaign_spend_earned CHECK (earned >= 0)
) WITH (fillfactor = 70);

CREATE TABLE clip (
  program text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  -- frozen when it is submitted
  campaign text COLLATE "C" NOT NULL,
  participant text COLLATE "C" NOT NULL,
  platform text COLLATE "C" NOT NULL,
  content text COLLATE "C" NOT NULL,
  url text COLLATE "C" NOT NULL,
  submitted_at timestamptz NOT NULL,
  -- changes
  state text COLLATE "C" NOT NULL,
  baseline bigint,
  high_water bigint,
  raised_at timestamptz,
  -- The views that were gained, by rate, as text; and how many they are in all.
  priced text COLLATE "C",
  gained bigint NOT NULL,
  held_views bigint,
  held_since timestamptz,
  approved_at timestamptz,
  steps bigint NOT NULL,
  earned bigint NOT NULL,
  forfeited bigint NOT NULL,
  reversed bigint NOT NULL,
  observations bigint NOT NULL,
  falls bigint NOT NULL,
  tries bigint NOT NULL,
  due_at timestamptz NOT NULL,
  settled boolean NOT NULL,
  reason text COLLATE "C",
  decided_by text COLLATE "C",
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (program, id),
  FOREIGN KEY (program, campaign) REFERENCES campaign (program, id),
  CONSTRAINT clip_state CHECK (
    state IN ('submitted', 'approved', 'rejected', 'withdrawn', 'disqualified', 'completed')
  ),
  CONSTRAINT clip_views CHECK (
    num_nulls(baseline, high_water, raised_at, priced, approved_at) IN (0, 5)
    AND (held_views IS NULL) = (held_since IS NULL)
    AND baseline >= 0 AND high_water >= baseline
    -- Never more than the highest count less the baseline.
    AND gained >= 0 AND gained <= coalesce(high_water - baseline, 0)
  ),
  CONSTRAINT clip_amounts CHECK (earned >= 0 AND forfeited >= 0 AND reversed >= 0 AND reversed <= earned),
  CONSTRAINT clip_counts CHECK (steps >= 0 AND observations >= 0 AND falls >= 0 AND tries >= 0)
) WITH (fillfactor = 60);

CREATE INDEX clip_due ON clip (program, due_at, id) WHERE state IN ('submitted', 'approved');

CREATE INDEX clip_campaign ON clip (program, campaign, id) WHERE steps >= 0;

CREATE INDEX clip_participant ON clip (program, participant, id) WHERE steps >= 0;

CREATE TRIGGER frozen BEFORE UPDATE ON clip FOR EACH ROW
  WHEN (
    (OLD.program, OLD.id, OLD.campaign, OLD.participant, OLD.platform, OLD.content, OLD.url, OLD.submitted_at)
    IS DISTINCT FROM
    (NEW.program, NEW.id, NEW.campaign, NEW.participant, NEW.platform, NEW.content, NEW.url, NEW.submitted_at)
  )
  EXECUTE FUNCTION refuse_frozen();

CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON clip
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen();

-- No foreign key to the clip: its check would lock, and so rewrite, every clip that is read.
CREATE TABLE observation (
  program text COLLATE "C" NOT NULL,
  clip text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  at timestamptz NOT NULL,
  finding text COLLATE "C" NOT NULL,
  views bigint,
  reason text COLLATE "C",
  growth bigint NOT NULL,
  rate bigint NOT NULL,
  earned bigint NOT NULL,
  cut_by_clip bigint NOT NULL,
  cut_by_participant bigint NOT NULL,
  cut_by_budget bigint NOT NULL,
  PRIMARY KEY (program, clip, number),
  CONSTRAINT observation_finding CHECK (
    finding IN (
      'baseline', 'growth', 'no_growth', 'fall', 'held', 'accepted', 'excluded', 'not_counted', 'unknown', 'failed'
    )
  ),
  CONSTRAINT observation_amounts CHECK (
    number >= 1 AND views >= 0 AND growth >= 0 AND rate >= 0 AND earned >= 0
    AND cut_by_clip >= 0 AND cut_by_participant >= 0 AND cut_by_budget >= 0
  )
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON observation
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`,
  },
  {
    id: 5,
    name: 'intents',
    breaking: false,
    checksum: '7a3b164f5448a4f68eec153f3e728a86311a5f2c417e02c089af2c6153a3fa67',
    sql: `-- Intents: what an adapter does at a provider under the payout protocol and that is no payout of the ledger, such as to
-- take a transfer back. One row each, whose content is the adapter's own and is replaced only by whoever has read it last.
--
-- Adds a table only.

CREATE TABLE intent (
  program text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  -- TEXT, not JSONB: the bytes that every send carries stand in it.
  content text COLLATE "C" NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (program, id),
  CONSTRAINT intent_version CHECK (version >= 1),
  CONSTRAINT intent_content CHECK (content <> '')
) WITH (fillfactor = 70);

-- One who has read an older version can replace nothing, whatever statement they write.
CREATE TRIGGER frozen BEFORE UPDATE ON intent FOR EACH ROW
  WHEN ((OLD.program, OLD.id, OLD.version + 1) IS DISTINCT FROM (NEW.program, NEW.id, NEW.version))
  EXECUTE FUNCTION refuse_frozen();

CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON intent
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_frozen();
`,
  },
];
