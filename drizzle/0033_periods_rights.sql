GRANT SELECT, UPDATE ON books TO mclub_app;
--> statement-breakpoint
-- Saving a document inserts or updates; the one row is there from the beginning, so that whoever changes it can lock it.
GRANT INSERT ON books TO mclub_app;
--> statement-breakpoint
INSERT INTO books (name, changes) VALUES ('books', 0);
--> statement-breakpoint
GRANT SELECT, INSERT ON book_changes TO mclub_app;
--> statement-breakpoint
CREATE TRIGGER book_changes_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON book_changes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
--> statement-breakpoint
-- Guarantee: what is kept of a closed month never changes, whoever writes it. What has been followed up to a position stays as it is
-- on all days that were closed there and have not been opened again since; to add everything up anew the follower goes back to the beginning first.
CREATE FUNCTION refuse_closed_days() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  followed bigint := coalesce((SELECT position FROM followers WHERE name = 'turnovers'), 0);
  opened date := (SELECT open_from FROM book_changes WHERE position < followed ORDER BY position DESC LIMIT 1);
BEGIN
  IF opened IS NOT NULL THEN
    opened := least(opened, (SELECT min(open_from) FROM book_changes WHERE position >= followed));
    IF TG_OP <> 'INSERT' AND OLD.day < opened OR TG_OP <> 'DELETE' AND NEW.day < opened THEN
      RAISE EXCEPTION 'the books are closed before %', opened USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  RETURN coalesce(NEW, OLD);
END
$$;
--> statement-breakpoint
CREATE TRIGGER turnovers_of_closed_days_stay BEFORE INSERT OR UPDATE OR DELETE ON turnovers
  FOR EACH ROW EXECUTE FUNCTION refuse_closed_days();
