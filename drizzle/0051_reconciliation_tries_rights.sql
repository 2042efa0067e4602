-- How often a file was tried is counted by whoever matches it.
GRANT UPDATE (tries, not_before) ON reconciliations TO mclub_app;
