-- What the ledger promises, held by the database itself.

-- The service runs with the rights of this role and no more; migrations run as the owner.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mclub_app') THEN
    CREATE ROLE mclub_app NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL; -- another database of the same server was migrated at the same moment
END
$$;
--> statement-breakpoint
-- Whoever made the role may not be allowed to take it on: since PostgreSQL 16 that is a right of its own.
DO $$
DECLARE
  needed text := CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
  IF NOT pg_has_role(current_user, 'mclub_app', needed) THEN
    EXECUTE format('GRANT mclub_app TO %I', current_user);
  END IF;
END
$$;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO mclub_app;
--> statement-breakpoint
-- Append-only: new rows and reading, nothing else.
GRANT SELECT, INSERT ON operations, transfers, lot_terms, policies TO mclub_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON wallets, lots, holds, purchases, returns, parked_returns, profiles, identifiers,
  brands, stores, terminals, clients, client_keys, settings TO mclub_app;
--> statement-breakpoint
-- A refused command gives its natural key back, within the transaction that claimed it.
GRANT SELECT, INSERT, UPDATE, DELETE ON command_keys TO mclub_app;
--> statement-breakpoint
-- Guarantee: a row of these tables never changes and never goes, whoever asks, the owner included.
CREATE FUNCTION refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
--> statement-breakpoint
CREATE TRIGGER operations_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON operations
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
--> statement-breakpoint
CREATE TRIGGER transfers_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transfers
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
--> statement-breakpoint
CREATE TRIGGER lot_terms_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON lot_terms
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
--> statement-breakpoint
CREATE TRIGGER policies_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON policies
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
--> statement-breakpoint
-- Rows that are rewritten by every sale leave room on their page, so that no index has to be touched.
ALTER TABLE wallets SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE lots SET (fillfactor = 85);
