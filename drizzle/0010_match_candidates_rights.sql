GRANT SELECT, INSERT, UPDATE ON match_candidates TO mclub_app;
