GRANT SELECT, INSERT, UPDATE ON customer_links TO mclub_app;
