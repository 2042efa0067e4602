GRANT SELECT, INSERT ON reconciliations TO mclub_app;
--> statement-breakpoint
-- What was asked stays as it was; what has become of it is written once it is known.
GRANT UPDATE (status, failure, result, finished_at) ON reconciliations TO mclub_app;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON reconciliation_parts TO mclub_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON reconciliation_breaks TO mclub_app;
--> statement-breakpoint
-- What was found stays as it was found.
GRANT UPDATE (status, owner, resolution, corrected_by, resolved_by, resolved_at, changes) ON reconciliation_breaks TO mclub_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON break_changes, break_rules, ended_break_rules TO mclub_app;
--> statement-breakpoint
CREATE TRIGGER break_changes_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON break_changes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
--> statement-breakpoint
CREATE TRIGGER break_rules_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON break_rules
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
--> statement-breakpoint
CREATE TRIGGER ended_break_rules_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ended_break_rules
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
