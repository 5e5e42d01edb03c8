-- Intents: what an adapter does at a provider under the payout protocol and that is no payout of the ledger, such as to
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
