GRANT SELECT, INSERT ON brand_names TO mclub_app;
--> statement-breakpoint
-- What brands were called before this migration: as the first one named the two that it brought, or as they are called now where nobody
-- has registered them; and as each registration has named them since.
INSERT INTO brand_names (brand, operation_id, since, name, legal_entity)
  SELECT b.brand, '00000000-0000-0000-0000-000000000000', '2010-01-01T00:00:00+03:00', coalesce(f.name, b.name), coalesce(f.legal_entity, b.legal_entity)
  FROM brands b LEFT JOIN (VALUES ('mvideo', 'М.Видео', 'ООО «МВМ»'), ('eldorado', 'Эльдорадо', 'ООО «Эльдорадо»')) f(brand, name, legal_entity) USING (brand)
  WHERE f.brand IS NOT NULL
    OR NOT EXISTS (SELECT FROM operations o WHERE o.name = 'brand-registration' AND o.refusal IS NULL AND o.answer->>'brand' = b.brand)
  UNION ALL
  SELECT o.answer->>'brand', o.operation_id, o.posted_at, o.answer->>'name', o.answer->>'legalEntity'
  FROM operations o WHERE o.name = 'brand-registration' AND o.refusal IS NULL;
--> statement-breakpoint
CREATE TRIGGER brand_names_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON brand_names
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON settlements TO mclub_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON settlement_lines TO mclub_app;
--> statement-breakpoint
CREATE TRIGGER settlement_lines_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement_lines
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();
--> statement-breakpoint
-- Guarantee: a settlement keeps what it was made with for ever; one that is agreed can be paid and nothing else, one that is dropped or
-- paid stays as it is; none is deleted. Whoever writes it.
CREATE FUNCTION keep_settlements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (OLD.status = 'draft' AND NEW.status <> 'paid'
      AND to_jsonb(NEW) - ARRAY['status', 'one_agreed_by', 'one_staff_id', 'other_agreed_by', 'other_staff_id', 'dropped_by']
        = to_jsonb(OLD) - ARRAY['status', 'one_agreed_by', 'one_staff_id', 'other_agreed_by', 'other_staff_id', 'dropped_by']
    OR OLD.status = 'agreed' AND NEW.status = 'paid' AND to_jsonb(NEW) - ARRAY['status', 'paid_by'] = to_jsonb(OLD) - ARRAY['status', 'paid_by']) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'settlement % is % and stays as it is', OLD.number, OLD.status USING ERRCODE = 'restrict_violation';
END
$$;
--> statement-breakpoint
CREATE TRIGGER settlements_stay_as_agreed BEFORE UPDATE OR DELETE ON settlements
  FOR EACH ROW EXECUTE FUNCTION keep_settlements();
