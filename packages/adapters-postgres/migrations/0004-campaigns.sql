-- Campaigns, their clips, and what was read of them.
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
