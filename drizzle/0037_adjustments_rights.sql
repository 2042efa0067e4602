-- What was asked for never changes: only what becomes of it does.
GRANT SELECT, INSERT ON adjustments TO mclub_app;
--> statement-breakpoint
GRANT UPDATE (applied_by, applied_to, applied_at, parts, debt, rejected_by, reversed_by) ON adjustments TO mclub_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON staff TO mclub_app;
