CREATE TABLE "lot_ends" (
	"bucket" smallint NOT NULL,
	"member_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"moved_at" timestamp (3) with time zone NOT NULL,
	"former_end" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "lot_ends_bucket_member_id_lot_id_moved_at_pk" PRIMARY KEY("bucket","member_id","lot_id","moved_at")
);

--> statement-breakpoint
GRANT SELECT, INSERT ON lot_ends TO mclub_app;
--> statement-breakpoint
CREATE TRIGGER lot_ends_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON lot_ends
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
--> statement-breakpoint
-- Guarantee: whenever the end of a lot moves, the end that it had is kept, with the posting that moved it.
-- A group writes wallets before lots, so the wallet's posted_at is that posting's. Of two moves at one instant the first
-- is kept: before that instant the lot ended as it says. Takes no lock beyond the lot's own row.
CREATE FUNCTION keep_former_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO lot_ends (bucket, member_id, lot_id, moved_at, former_end)
    SELECT OLD.bucket, OLD.member_id, OLD.lot_id, w.posted_at, OLD.expires_at FROM wallets w
    WHERE w.bucket = OLD.bucket AND w.member_id = OLD.member_id
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER lots_keep_former_ends AFTER UPDATE ON lots
  FOR EACH ROW WHEN (OLD.expires_at <> NEW.expires_at) EXECUTE FUNCTION keep_former_end();
