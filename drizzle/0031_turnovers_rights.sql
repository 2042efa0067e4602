-- They follow from the journal: what is kept may be thrown away and made anew.
GRANT SELECT, INSERT, UPDATE ON followers TO mclub_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON turnovers TO mclub_app;
