-- Append-only for the service: new rows and reading, nothing else.
GRANT SELECT, INSERT ON accesses TO mclub_app;
--> statement-breakpoint
-- Guarantee: a row never changes, whoever asks.
CREATE TRIGGER accesses_are_never_changed BEFORE UPDATE OR TRUNCATE ON accesses
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
--> statement-breakpoint
-- Guarantee: a row stays for a year at least, whoever asks. After that the owner may delete it, by the operators' own rule.
CREATE FUNCTION refuse_early_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.at > now() - interval '1 year' THEN
    RAISE EXCEPTION 'rows of % are kept for a year', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END
$$;
--> statement-breakpoint
CREATE TRIGGER accesses_are_kept BEFORE DELETE ON accesses
  FOR EACH ROW EXECUTE FUNCTION refuse_early_removal();
