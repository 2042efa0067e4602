-- They follow from the journal: what is kept may be thrown away and made anew.
GRANT SELECT, INSERT, UPDATE, DELETE ON category_turnovers TO mclub_app;
--> statement-breakpoint
-- Guarantee: what is kept by category of a closed month never changes, whoever writes it. The same rule as of turnovers, by the
-- position of the follower that keeps the categories.
CREATE FUNCTION refuse_closed_categories() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  followed bigint := coalesce((SELECT position FROM followers WHERE name = 'categories'), 0);
  opened date := (SELECT open_from FROM book_changes WHERE position < followed ORDER BY position DESC LIMIT 1);
BEGIN
  IF opened IS NOT NULL THEN
    opened := least(opened, (SELECT min(open_from) FROM book_changes WHERE position >= followed));
    IF TG_OP <> 'INSERT' AND OLD.day < opened OR TG_OP <> 'DELETE' AND NEW.day < opened THEN
      RAISE EXCEPTION 'the books are closed before %', opened USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  RETURN coalesce(NEW, OLD);
END
$$;
--> statement-breakpoint
CREATE TRIGGER categories_of_closed_days_stay BEFORE INSERT OR UPDATE OR DELETE ON category_turnovers
  FOR EACH ROW EXECUTE FUNCTION refuse_closed_categories();
