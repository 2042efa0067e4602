GRANT SELECT, INSERT, UPDATE ON merge_overrides TO mclub_app;
