-- What puts a break right, or waits to.
GRANT UPDATE (adjustment_id, awaits_until) ON reconciliation_breaks TO mclub_app;
