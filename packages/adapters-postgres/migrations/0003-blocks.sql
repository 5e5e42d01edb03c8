-- Sealing: blocks of transfers, each under a hash that commits to the one before.
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
